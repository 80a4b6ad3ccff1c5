import type { VerifierErrorCode } from '@mintmark/contract';
import { joinCompact } from '@mintmark/jws';
import { createTestIssuer, FakeClock, newKey, type TestIssuer } from '@mintmark/testing';
import { remoteKeySet, type Verdict, type Verifier } from '@mintmark/verifier';
import { goodOf, type Call, type Library, type Scenario } from '../attack.ts';
import { withKeyServer, type KeyServer } from '../key-server.ts';
import { Scene } from '../scene.ts';
import { proven } from './binding.ts';

function scenario(name: string, code: VerifierErrorCode, play: Scenario['play']): Scenario {
  return { kind: 'scenario', theme: 'scenario', name, code, play };
}

interface Stage {
  readonly clock: FakeClock;
  readonly issuer: TestIssuer;
  readonly server: KeyServer;
  readonly verifier: Verifier;
  /** Puts the issuer's key set, or another, on the server. */
  publish(jwks?: object): void;
  /** Resolves when the verifier has next had an answer, good or bad. */
  heard(): Promise<void>;
}

/** A verifier that fetches its keys, on a clock that waits for nobody. */
function remotely(play: (stage: Stage, repaired: boolean) => Promise<Verdict>): Scenario['play'] {
  return (library, repaired) =>
    withKeyServer(async (server) => {
      const clock = new FakeClock();
      const issuer = createTestIssuer({ clock });
      const publish = (jwks: object = issuer.jwks()) => void (server.answer = { body: JSON.stringify(jwks) });
      publish();
      let tell = (): void => undefined;
      const heard = () => new Promise<void>((resolve) => (tell = resolve));
      const observer = { onKeySet: () => tell(), onFetchFailed: () => tell() };
      const verifier = library.createVerifier({ ...issuer.trust, keys: remoteKeySet({ url: server.url }), observer });
      try {
        await verifier.ready();
        return await play({ clock, issuer, server, verifier, publish, heard }, repaired);
      } finally {
        verifier.close();
      }
    });
}

/** The next refresh in the background: time stands still from when it is asked for until the answer is here. */
async function refreshed({ clock, verifier, heard }: Stage): Promise<void> {
  const next = heard();
  while (verifier.keyState !== 'refreshing') await clock.advance(1_000);
  await next;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

const removed = (cached: boolean) =>
  remotely(async (stage, repaired) => {
    const { issuer, verifier, publish } = stage;
    const { kid } = issuer.key;
    const token = issuer.token({ exp: issuer.now() + 900 });
    if (cached) await verifier.verify(token);
    issuer.rotate();
    if (!repaired) issuer.remove(kid);
    publish();
    await refreshed(stage);
    return verifier.verify(token);
  });

/** What r, n − s is for: other bytes with a good signature, to pass a list of revoked tokens. */
function otherSignature(token: string): string {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const [header, payload, encoded = ''] = token.split('.');
  const signature = Buffer.from(encoded, 'base64url');
  const s = order - BigInt(`0x${signature.subarray(32).toString('hex')}`);
  const flipped = Buffer.from(s.toString(16).padStart(64, '0'), 'hex');
  return joinCompact(`${header}.${payload}`, Buffer.concat([signature.subarray(0, 32), flipped]));
}

type Revoked = Parameters<Parameters<Library['createRevocable']>[1]>[0];

function revocation(isRevoked: (token: Revoked) => boolean, change = (token: string) => token): Scenario['play'] {
  return async (library, repaired) => {
    const issuer = createTestIssuer();
    let inForce = false;
    const verifier = library.createRevocable(issuer.trust, (token) => inForce && isRevoked(token));
    const token = issuer.token({ jti: 'revoked-token', client_id: 'revoked-client' });
    await verifier.verify(token);
    inForce = !repaired;
    return verifier.verify(change(token));
  };
}

/** As many as an attacker likes: each of them a good token but for a key nobody knows. */
async function flood({ issuer, verifier, clock, server }: Stage, answer: KeyServer['answer']): Promise<Verdict> {
  const before = server.asked;
  server.answer = answer;
  const key = newKey('ES256');
  const forged = Array.from({ length: 10_000 }, (_, index) =>
    issuer.sign({ key, header: { ...issuer.header(), kid: `${String(index).padStart(42, 'x')}A` } }),
  );
  const verdicts = forged.map((token) => verifier.verify(token));
  for (let turns = 0; turns < 50; turns++) await turn();
  await clock.advance(2_000);
  const settled = await Promise.all(verdicts);
  if (server.asked - before > 2) throw new Error(`${server.asked - before} fetches for 10,000 made-up kids`);
  if (settled.some(({ ok }) => ok)) throw new Error('a made-up kid was accepted');
  return settled.at(-1)!;
}

const flooded = (answer: KeyServer['answer'] | 'up') =>
  remotely(async (stage, repaired) => {
    const last = await flood(stage, answer === 'up' ? stage.server.answer : answer);
    return repaired ? stage.verifier.verify(stage.issuer.token()) : last;
  });

/** A key set that was good once, answered again to bring back a key that was removed since. */
const replayed = remotely(async (stage, repaired) => {
  const { issuer, verifier, publish } = stage;
  const old = issuer.jwks();
  const { key } = issuer;
  issuer.rotate();
  issuer.remove(key.kid);
  publish();
  await refreshed(stage);
  publish(repaired ? { ...old, version: 99 } : old);
  await refreshed(stage);
  return verifier.verify(issuer.sign({ key }));
});

const impostor = remotely(async (stage, repaired) => {
  const { issuer, verifier, publish } = stage;
  const other = newKey('ES256');
  const claimed = { ...other, kid: repaired ? other.kid : issuer.key.kid };
  issuer.rotate();
  const { keys, epoch, version } = issuer.jwks();
  publish({ keys: [keys[1], { ...other.jwk, kid: claimed.kid }], epoch, version });
  await refreshed(stage);
  return verifier.verify(issuer.sign({ key: claimed }));
});

const dead = remotely(async (stage, repaired) => {
  const { issuer, verifier, clock, server } = stage;
  server.answer = { status: 503 };
  await clock.advance((repaired ? 59 : 61) * 60_000);
  return verifier.verify(issuer.token());
});

const onlyKey: Scenario['play'] = async (library, repaired) => {
  const issuer = createTestIssuer();
  const header = repaired ? issuer.header() : { ...issuer.header(), kid: newKey('ES256').kid };
  return library.createVerifier(issuer.trust).verify(issuer.sign({ header }));
};

/** Two issuers may well use one kid; the one that is not trusted gains nothing by it. */
const sharedKid: Scenario['play'] = async (library, repaired) => {
  const [trusted, other] = [createTestIssuer(), createTestIssuer({ issuer: 'https://other.test' })];
  const key = repaired ? trusted.key : { ...other.key, kid: trusted.key.kid };
  return library.createVerifier(trusted.trust).verify(trusted.sign({ key }));
};

const replayedProof: Scenario['play'] = async (library, repaired) => {
  const scene = new Scene();
  const verifier = library.createVerifier(scene.trust);
  const make = proven();
  const good = goodOf(scene);
  const verify = ({ token, evidence }: Call) => verifier.verify(token, evidence);
  const call = (await make(scene, good)) as Call;
  await verify(call);
  return verify(repaired ? ((await make(scene, good)) as Call) : call);
};

export const SCENARIOS = [
  scenario('a removed key, token never seen', 'KEY_UNKNOWN', removed(false)),
  scenario('a removed key, token in the cache', 'KEY_UNKNOWN', removed(true)),
  scenario('keys nobody has confirmed for over an hour', 'KEYS_UNAVAILABLE', dead),
  scenario('an old key set replayed', 'KEYS_UNAVAILABLE', replayed),
  scenario('a known kid with another key', 'KEY_UNKNOWN', impostor),
  scenario('an unknown kid where there is only one key', 'KEY_UNKNOWN', onlyKey),
  scenario('the same kid at two issuers', 'SIGNATURE_INVALID', sharedKid),
  scenario(
    'a revoked token',
    'TOKEN_REVOKED',
    revocation(({ tokenId }) => tokenId === 'revoked-token'),
  ),
  scenario(
    'a revoked token with its signature as r, n − s',
    'TOKEN_REVOKED',
    revocation(({ tokenId }) => tokenId === 'revoked-token', otherSignature),
  ),
  scenario(
    'a token of a disabled client',
    'TOKEN_REVOKED',
    revocation(({ clientId }) => clientId === 'revoked-client'),
  ),
  scenario(
    'a token of a compromised key',
    'TOKEN_REVOKED',
    revocation(() => true),
  ),
  scenario('a DPoP proof used again', 'REPLAYED', replayedProof),
  scenario('10,000 random kids, the issuer up', 'KEYS_UNAVAILABLE', flooded('up')),
  scenario('10,000 random kids, the issuer failing', 'KEYS_UNAVAILABLE', flooded({ status: 500 })),
  scenario('10,000 random kids, the issuer hanging', 'KEYS_UNAVAILABLE', flooded(undefined)),
];
