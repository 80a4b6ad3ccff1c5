import type { DocumentParts } from '@mintmark/testing';
import { createTestIssuer, FakeClock, newKey, type TestIssuer } from '@mintmark/testing';
import { remoteRevocations, type KeyAlarm } from '@mintmark/verifier';
import type { Scenario } from '../attack.ts';
import { openDocumentServer, type DocumentServer } from '../document-server.ts';

/** What takes the revocation back; each row spoils it in one way, so the token stays revoked. */
const LIFTED = { sequence: 6 };

type Spoil = (issuer: TestIssuer) => DocumentParts | string;

function row(name: string, spoil: Spoil): Scenario {
  const play: Scenario['play'] = async (library, repaired) => {
    const clock = new FakeClock();
    const issuer = createTestIssuer({ clock, lifetimeSeconds: 900 });
    const server = await openDocumentServer(issuer);
    try {
      server.document = issuer.revocations([['token', 'revoked-token', 2 ** 32]], { claims: { sequence: 5 } });
      const alarms: KeyAlarm[] = [];
      const verifier = library.createVerifier({
        ...issuer.trust,
        revocations: remoteRevocations({ url: server.url }),
        observer: { onAlarm: (alarm) => alarms.push(alarm) },
      });
      await verifier.ready();
      const token = issuer.token({ jti: 'revoked-token' });
      await verifier.verify(token);
      const spoilt = repaired ? {} : spoil(issuer);
      const parts = typeof spoilt === 'string' ? {} : spoilt;
      const document = issuer.revocations([], { ...parts, claims: { ...LIFTED, ...parts.claims } });
      server.document = typeof spoilt === 'string' ? spoilt : document;
      await refreshed(clock, server);
      if (!repaired && alarms.length === 0) throw new Error('nobody was told');
      const verdict = await verifier.verify(token);
      verifier.close();
      return verdict;
    } finally {
      await server.close();
    }
  };
  return { kind: 'scenario', theme: 'revocations', name, code: 'TOKEN_REVOKED', play };
}

async function refreshed(clock: FakeClock, server: DocumentServer): Promise<void> {
  const { asked } = server;
  do {
    await clock.advance(1_000);
    await server.idle();
  } while (server.asked === asked);
}

export const REVOCATION_ATTACKS: readonly Scenario[] = [
  row('a document signed with the key of tokens', ({ key }) => ({ key })),
  row('the same under the kid of the right key', ({ key, revocationKey }) => ({
    key,
    header: { kid: revocationKey.kid },
  })),
  row("a document signed with the attacker's key and a huge epoch", () => ({
    key: newKey('ES256'),
    claims: { epoch: 2 ** 52 },
  })),
  row('a huge epoch signed by nobody', () => JSON.stringify({ epoch: 2 ** 52, sequence: 1, revoked: [] })),
  row('an epoch that is no number that counts', () => ({ claims: { epoch: 2 ** 60 } })),
  row('a document with the typ of a token', () => ({ header: { typ: 'at+jwt' } })),
  row('a document for another audience', () => ({ claims: { aud: 'inventory' } })),
  row('a document of another issuer', () => ({ claims: { iss: 'https://other.test' } })),
  row('an older document replayed', () => ({ claims: { sequence: 4 } })),
  row('a document of an older epoch', () => ({ claims: { epoch: 0, sequence: 9 } })),
  row('the same sequence with other content', () => ({ claims: { sequence: 5 } })),
  row('a document that is out of date', ({ clock }) => ({ claims: { next_by: clock.now() / 1000 - 30 } })),
  row('a list of another form', () => ({ claims: { revoked: {} } })),
];
