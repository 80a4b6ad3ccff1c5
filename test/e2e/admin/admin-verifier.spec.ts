import { describe, expect, it } from '@jest/globals';
import { createTestIssuer } from '@mintmark/testing';
import type { Client } from '../../../apps/token-service/src/core/model/client.ts';
import type { Policy } from '../../../apps/token-service/src/core/model/policy.ts';
import { tokenDigest } from '../../../apps/token-service/src/core/model/token-digest.ts';
import { RegistrySnapshot } from '../../../apps/token-service/src/core/registry/registry-snapshot.ts';
import { adminVerifier } from '../../../apps/token-service/src/transport/admin/admin-verifier.ts';

const issuer = createTestIssuer({ audience: 'mintmark-admin' });
const TOKEN = { sub: 'ann', client_id: 'ann', scope: 'registry:read keys:read', jti: 'token-1' };
const ANN: Client = { id: 'ann', disabled: false, credentials: [{ kind: 'client_secret' }], secrets: [] };
const policy = (...scopes: string[]): Policy => ({
  id: 'ann/mintmark-admin',
  client: 'ann',
  resource: 'mintmark-admin',
  scopes,
});

interface World {
  readonly client?: Client;
  readonly policies?: readonly Policy[];
  /** The token that was issued under this `jti`, if not the very one. */
  readonly recorded?: string;
}

/** What a token is worth in a registry of which no word of a revocation has come yet. */
async function verdictIn({ client = ANN, policies = [policy('registry:read', 'keys:read')], recorded }: World) {
  const snapshot = new RegistrySnapshot({ version: 1, issuers: [], resources: [], clients: [client], policies });
  const published = { body: JSON.stringify(issuer.jwks()), etag: '"1"', maxAgeSeconds: 0, staleIfErrorSeconds: 0 };
  const token = issuer.token(TOKEN);
  const digest = tokenDigest(recorded ?? token);
  const verifier = adminVerifier({
    issuer: issuer.issuer,
    timeScale: 1,
    keys: { publicKeySet: () => ({ ...published, asOf: new Date() }) },
    tokens: { find: async (jti) => ({ jti, clientId: 'ann', expiresAt: new Date(), digest }) },
    revocations: { isRevoked: () => false },
    registry: { snapshot: () => snapshot },
  });
  const verdict = await verifier.verify(token);
  verifier.close();
  return verdict;
}

const worthless = { ok: false, code: 'TOKEN_REVOKED' };

describe('a token for the admin API', () => {
  it('has the scopes that its client still has', async () => {
    expect(await verdictIn({})).toMatchObject({ ok: true, caller: { scopes: ['registry:read', 'keys:read'] } });
    const narrowed = await verdictIn({ policies: [policy('keys:read', 'registry:admin')] });
    expect(narrowed).toMatchObject({
      ok: true,
      caller: { clientId: 'ann', tokenId: 'token-1', scopes: ['keys:read'] },
    });
    expect(narrowed.ok && narrowed.caller.hasScope('registry:read')).toBe(false);
  });

  it.each<[string, World]>([
    ['is disabled', { client: { ...ANN, disabled: true } }],
    ['was removed', { client: { ...ANN, id: 'bob' }, policies: [] }],
    ['has none of its scopes any more', { policies: [policy('audit:read')] }],
    ['has no policy there any more', { policies: [] }],
  ])('is worth nothing when its client %s', async (_, world) => {
    expect(await verdictIn(world)).toMatchObject(worthless);
  });

  // What a thief of the admin ring's key makes: a `jti` is no secret.
  it.each<[string, Record<string, unknown>]>([
    ['has fewer scopes', { scope: 'registry:read' }],
    ['has expired', { iat: issuer.now() - 3_000, exp: issuer.now() - 2_700 }],
    ['expires at another time', { exp: issuer.now() + 10 }],
    ['is of another client', { sub: 'bob', client_id: 'bob' }],
    ['says the same, and was signed at another time', {}],
  ])('is worth nothing under the jti of one that was issued and %s', async (_, claims) => {
    expect(await verdictIn({ recorded: issuer.token({ ...TOKEN, ...claims }) })).toMatchObject(worthless);
  });
});
