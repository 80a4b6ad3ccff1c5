import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROUTES } from '@mintmark/contract';
import { startTestTokenService, type TestTokenService } from './test-token-service.ts';

describe('what anyone may read', () => {
  let service: TestTokenService;
  beforeAll(async () => (service = await startTestTokenService()));
  afterAll(() => service?.stop());

  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${service.http}${path}`, { headers });

  it('the JWKS has a strong ETag, a bounded cache life and the time it was true', async () => {
    const before = Date.now() / 1000;
    const response = await get(ROUTES.jwks);
    const body = (await response.json()) as { keys: unknown[]; epoch: number; version: number };
    expect(response.headers.get('content-type')).toMatch(/^application\/jwk-set\+json/);
    expect(response.headers.get('etag')).toMatch(/^"[^"]+"$/);
    expect(response.headers.get('cache-control')).toMatch(/^public, max-age=\d+, stale-if-error=\d+$/);
    const [maxAge = 0, staleIfError = 0] = (response.headers.get('cache-control')?.match(/\d+/g) ?? []).map(Number);
    expect(maxAge + staleIfError).toBeLessThan(3_600); // below the time a key is published before it signs
    const asOf = Number(response.headers.get('mintmark-as-of'));
    expect(asOf).toBeGreaterThan(before - 60);
    expect(asOf).toBeLessThanOrEqual(Date.now() / 1000);
    expect(body.keys).toHaveLength(2); // the active key, and its successor in good time
    expect(body).toMatchObject({ epoch: expect.any(Number), version: expect.any(Number) });
  });

  it('the JWKS answers 304 to whoever has it, and 200 to whoever has another', async () => {
    const etag = (await get(ROUTES.jwks)).headers.get('etag') ?? '';
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await get(ROUTES.jwks, { 'if-none-match': known });
      expect(response.status).toBe(304);
      expect(response.headers.get('etag')).toBe(etag);
      expect(response.headers.get('mintmark-as-of')).not.toBeNull();
      expect(await response.text()).toBe('');
    }
    expect((await get(ROUTES.jwks, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('both metadata documents state the same facts', async () => {
    const oauth = (await (await get(ROUTES.authorizationServerMetadata)).json()) as Record<string, unknown>;
    const oidc = (await (await get(ROUTES.openidConfiguration)).json()) as Record<string, unknown>;
    expect(oauth).toEqual({
      issuer: service.issuer,
      token_endpoint: `${service.issuer}/oauth2/token`,
      jwks_uri: `${service.issuer}/.well-known/jwks.json`,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      response_types_supported: [],
    });
    expect(oidc).toEqual({
      ...oauth,
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    });
  });

  it('probes are on the management listener alone', async () => {
    expect((await fetch(`${service.management}/livez`)).status).toBe(200);
    const ready = await fetch(`${service.management}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
    expect((await get('/livez')).status).toBe(404);
    expect((await fetch(`${service.management}${ROUTES.jwks}`)).status).toBe(404);
    expect((await fetch(`${service.management}${ROUTES.token}`, { method: 'POST' })).status).toBe(404);
  });
});

describe('an issuer with a path', () => {
  let service: TestTokenService;
  beforeAll(async () => (service = await startTestTokenService({ issuerPath: '/tenants/shop' })));
  afterAll(() => service?.stop());

  it.each([
    '/tenants/shop/.well-known/jwks.json',
    '/.well-known/oauth-authorization-server/tenants/shop',
    '/.well-known/openid-configuration/tenants/shop',
    '/tenants/shop/.well-known/openid-configuration',
  ])('serves %s', async (path) => {
    const response = await fetch(`${service.http}${path}`);
    expect(response.status).toBe(200);
    const { issuer, keys } = (await response.json()) as { issuer?: string; keys?: unknown[] };
    expect(issuer ?? keys).toEqual(keys ?? service.issuer);
  });

  it('takes requests for tokens below its path', async () => {
    const response = await fetch(`${service.issuer}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'reports',
        client_secret: service.secretOf('reports'),
      }),
    });
    expect(response.status).toBe(200);
  });
});
