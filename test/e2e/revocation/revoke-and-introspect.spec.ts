import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { REVOCATIONS_TYP, ROUTES } from '@mintmark/contract';
import { signCompact } from '@mintmark/jws';
import { newKey } from '@mintmark/testing';
import { createVerifier, remoteKeySet, remoteRevocations } from '@mintmark/verifier';
import { RefreshKeyRing } from '../../../apps/token-service/src/core/keys/distribution/refresh-key-ring.ts';
import { RequestError } from '../../../apps/token-service/src/core/model/errors.ts';
import { basic, claimsOf, post } from '../issuing/ask-for-token.ts';
import { startRunningService, type RunningService } from '../running-service.ts';
import { Presenting, type Answer, type Endpoint, type Presented } from './present-token.ts';

const DECLARATION = fileURLToPath(new URL('./declaration.yaml', import.meta.url));
const CLIENTS = ['orders', 'reports', 'stock', 'ledger'] as const;
type Client = (typeof CLIENTS)[number];

/** The same by a key that no replica has. */
function resigned(token: string): string {
  const { kid, privateKey } = newKey('ES256');
  return signCompact({ ...{ alg: 'ES256', kid, typ: 'at+jwt' } }, claimsOf(token), privateKey);
}

describe('what is said and asked of a token', () => {
  let service: RunningService;
  let presenting: Presenting;
  const secrets = new Map<string, string>();

  beforeAll(async () => {
    service = await startRunningService({ settings: { MINTMARK_CONFIG: DECLARATION } });
    presenting = new Presenting(service);
    for (const clientId of CLIENTS) {
      const made = await service.core.administration.hostSecret.execute(clientId, 'test');
      secrets.set(clientId, made.secret);
    }
  }, 60_000);
  afterAll(async () => {
    presenting[Symbol.dispose]();
    await service.stop();
  });

  const as = (client: Client) => [basic(client, secrets.get(client) ?? '')];
  const tokenOf = async (client: Client, audience = 'inventory'): Promise<string> => {
    const form = new URLSearchParams({ grant_type: 'client_credentials', audience });
    const headers = { authorization: as(client), 'content-type': 'application/x-www-form-urlencoded' };
    const { body } = await post(service.http + ROUTES.token, form.toString(), headers);
    return String(body['access_token']);
  };
  const both = async (endpoint: Endpoint, make: () => Promise<Presented>): Promise<readonly [Answer, Answer]> => [
    await presenting.overHttp(endpoint, await make()),
    await presenting.overGrpc(endpoint, await make()),
  ];
  const isActive = async (token: string, client: Client = 'stock') =>
    (await presenting.overHttp('introspect', { authorization: as(client), token }))['active'];
  const sequence = () => service.core.revocations.feed.set?.sequence ?? -1;
  const forged = (token: string) => `${token.slice(0, -8)}AAAAAAAA`;

  it("the resource's operator and the token's own client are told all of it, over both alike", async () => {
    const token = await tokenOf('orders');
    const claims = { active: true, token_type: 'Bearer', ...claimsOf(token) };
    for (const client of ['stock', 'orders'] as const) {
      const answers = await both('introspect', () => Promise.resolve({ authorization: as(client), token }));
      expect(answers).toEqual([claims, claims]);
    }
    const billing = await tokenOf('orders', 'billing');
    expect(await isActive(billing, 'ledger')).toBe(true);
  });

  it.each<[string, (token: string) => string, Client]>([
    ['the operator of another resource', (token) => token, 'ledger'],
    ['another client', (token) => token, 'reports'],
    ['a token whose signature is not good', forged, 'stock'],
    ['no token at all', () => 'no.token.atall', 'stock'],
    ['a token with something after it', (token) => `${token}.`, 'stock'],
  ])('%s: inactive, and nothing more', async (_name, change, client) => {
    const make = async () => ({ authorization: as(client), token: change(await tokenOf('orders')) });
    expect(await both('introspect', make)).toEqual([{ active: false }, { active: false }]);
  });

  it('a client revokes its own token, at once for this replica, once, and over both alike', async () => {
    for (const transport of ['overHttp', 'overGrpc'] as const) {
      const [token, other] = [await tokenOf('orders'), await tokenOf('orders')];
      const before = sequence();
      for (const hint of ['access_token', 'refresh_token', undefined]) {
        const revoking = { authorization: as('orders'), token, ...(hint && { hint }) };
        expect(await presenting[transport]('revoke', revoking)).toEqual({});
      }
      expect([await isActive(token), await isActive(other), sequence() - before]).toEqual([false, true, 1]);
    }
  });

  it('a client is asked to come back, and told no more, while the database was restored and nothing can be revoked', async () => {
    const token = await tokenOf('orders');
    const outdated = new RequestError('DATABASE_OUTDATED', 'how far it had got, and the way out');
    const record = jest.spyOn(service.core.revocations.store, 'record').mockRejectedValue(outdated);
    const answers = await both('revoke', () => Promise.resolve({ authorization: as('orders'), token }));
    record.mockRestore();
    for (const answer of answers) expect(answer).toMatchObject({ code: 'REVOCATIONS_UNAVAILABLE' });
    expect(JSON.stringify(answers)).not.toContain('the way out');
    expect(await isActive(token)).toBe(true);
  });

  it('a client is asked to come back while it is not known whether the token is one of this issuer', async () => {
    const unheard = resigned(await tokenOf('orders'));
    const cutOff = () => Promise.reject(new Error('no route to the database'));
    const refresh = jest.spyOn(RefreshKeyRing.prototype, 'execute').mockImplementation(cutOff);
    const make = () => Promise.resolve({ authorization: as('orders'), token: unheard });
    for (const endpoint of ['revoke', 'introspect'] as const) {
      const undecided = { code: 'REVOCATIONS_UNAVAILABLE' };
      expect(await both(endpoint, make)).toEqual([undecided, undecided]);
    }
    refresh.mockRestore();
  });

  it.each<[string, (token: string) => string, Client]>([
    ["another client's token", (token) => token, 'reports'],
    ['the token of a resource that it operates', (token) => token, 'stock'],
    ['a token whose signature is not good', forged, 'orders'],
    ['no token at all', () => 'x', 'orders'],
  ])('%s is taken without a word, and without effect', async (_name, change, client) => {
    const token = await tokenOf('orders');
    const before = sequence();
    const make = () => Promise.resolve({ authorization: as(client), token: change(token) });
    expect(await both('revoke', make)).toEqual([{}, {}]);
    expect([await isActive(token), sequence()]).toEqual([true, before]);
  });

  it.each<[Endpoint, string, () => Presented, string]>(
    (['revoke', 'introspect'] as const).flatMap((endpoint) => [
      [endpoint, 'no evidence', () => ({ token: 'x' }), 'EVIDENCE_MISSING'],
      [
        endpoint,
        'a wrong secret',
        () => ({ token: 'x', authorization: [basic('orders', 'x')] }),
        'CLIENT_AUTHENTICATION_FAILED',
      ],
      [
        endpoint,
        'two proofs',
        () => ({ token: 'x', authorization: as('orders'), assertion: 'x' }),
        'EVIDENCE_AMBIGUOUS',
      ],
      [endpoint, 'no token', () => ({ authorization: as('orders') }), 'PARAMETER_MISSING'],
    ]),
  )('%s with %s is denied alike', async (endpoint, _name, make, code) => {
    expect(await both(endpoint, () => Promise.resolve(make()))).toEqual([{ code }, { code }]);
  });

  it('answers as the standards want it over HTTP', async () => {
    const headers = { authorization: as('orders'), 'content-type': 'application/x-www-form-urlencoded' };
    const unknown = await post(service.http + ROUTES.revoke, 'token=x', headers);
    expect([unknown.status, unknown.headers['cache-control']]).toEqual([200, 'no-store']);
    const twice = await post(service.http + ROUTES.introspect, 'token=x&token=y', headers);
    expect([twice.status, twice.body['error'], twice.body['code']]).toEqual([
      400,
      'invalid_request',
      'PARAMETER_REPEATED',
    ]);
    const large = await post(service.http + ROUTES.revoke, `token=${'x'.repeat(17_000)}`, headers);
    expect([large.status, large.body['code']]).toEqual([413, 'REQUEST_TOO_LARGE']);
    const anonymous = await post(service.http + ROUTES.introspect, 'token=x', { ...headers, authorization: [] });
    expect([anonymous.status, anonymous.body['error']]).toEqual([401, 'invalid_client']);
    expect((await fetch(service.http + ROUTES.revoke)).headers.get('allow')).toBe('POST');
  });

  it('stands in both discovery documents', async () => {
    for (const route of [ROUTES.authorizationServerMetadata, ROUTES.openidConfiguration]) {
      const document = (await (await fetch(service.http + route)).json()) as Answer;
      expect(document).toMatchObject({
        revocation_endpoint: `${service.issuer}/oauth2/revoke`,
        introspection_endpoint: `${service.issuer}/oauth2/introspect`,
        revocation_endpoint_auth_methods_supported: document['token_endpoint_auth_methods_supported'],
        introspection_endpoint_auth_methods_supported: document['token_endpoint_auth_methods_supported'],
      });
    }
  });

  describe('the document for verifiers', () => {
    const fetchDocument = (headers: Record<string, string> = {}) =>
      fetch(service.http + ROUTES.revocations, { headers });

    it('is signed with a key that is in no key set of tokens, and is not asked for twice in vain', async () => {
      const response = await fetchDocument();
      const text = await response.text();
      const header = JSON.parse(Buffer.from(text.split('.')[0] ?? '', 'base64url').toString()) as Answer;
      expect(header).toEqual({ alg: 'ES256', kid: expect.any(String), typ: REVOCATIONS_TYP });
      const kids = async (route: string) =>
        ((await (await fetch(service.http + route)).json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
      expect(await kids(ROUTES.revocationKeys)).toContain(header['kid']);
      expect(await kids(ROUTES.jwks)).not.toContain(header['kid']);
      expect(response.headers.get('cache-control')).toBe('no-cache');
      const etag = response.headers.get('etag') ?? '';
      expect(etag).toMatch(/^"[\w-]{43}"$/);
      expect((await fetchDocument({ 'if-none-match': etag })).status).toBe(304);
      expect(claimsOf(text)).toMatchObject({ iss: service.issuer, aud: 'mintmark-verifiers', epoch: 1 });
    });

    it('reaches a verifier', async () => {
      const verifier = createVerifier({
        ...{ issuer: service.issuer, audience: 'inventory', keys: remoteKeySet({ url: service.issuer + ROUTES.jwks }) },
        revocations: remoteRevocations({ url: service.issuer + ROUTES.revocations, refreshSeconds: 0.05 }),
      });
      try {
        await verifier.ready();
        const token = await tokenOf('orders');
        expect(await verifier.verify(token)).toMatchObject({ ok: true });
        await presenting.overHttp('revoke', { authorization: as('orders'), token });
        while ((await verifier.verify(token)).ok) await new Promise((resolve) => setTimeout(resolve, 10));
        expect(await verifier.verify(token)).toEqual({ ok: false, code: 'TOKEN_REVOKED' });
      } finally {
        verifier.close();
      }
    });
  });
});
