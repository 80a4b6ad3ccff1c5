import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ROUTES } from '@mintmark/contract';
import { SqlKeyRepository } from '../../../apps/token-service/src/adapters/sql/key-repository.ts';
import { systemClock } from '../../../apps/token-service/src/adapters/system/system-clock.ts';
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
    const authMethods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'];
    const authAlgorithms = ['ES256', 'EdDSA', 'Ed25519', 'RS256', 'PS256'];
    expect(oauth).toEqual({
      issuer: service.issuer,
      token_endpoint: `${service.issuer}/oauth2/token`,
      revocation_endpoint: `${service.issuer}/oauth2/revoke`,
      introspection_endpoint: `${service.issuer}/oauth2/introspect`,
      jwks_uri: `${service.issuer}/.well-known/jwks.json`,
      grant_types_supported: ['client_credentials'],
      ...Object.fromEntries(
        ['token', 'revocation', 'introspection'].flatMap((endpoint) => [
          [`${endpoint}_endpoint_auth_methods_supported`, authMethods],
          [`${endpoint}_endpoint_auth_signing_alg_values_supported`, authAlgorithms],
        ]),
      ),
      tls_client_certificate_bound_access_tokens: false,
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

  it('no body is read there that nothing takes', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify('x'.repeat(16 * 1024));
    const answers = ['/livez', '/nowhere'].map((path) =>
      fetch(`${service.management}${path}`, { method: 'POST', headers, body }),
    );
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([413, 413]);
  });
});

describe('figures', () => {
  let service: TestTokenService;
  beforeAll(async () => (service = await startTestTokenService()));
  afterAll(() => service?.stop());

  it('of keys and tokens are on the management listener alone, in the text format of Prometheus', async () => {
    const ask = (secret: string) =>
      fetch(`${service.http}/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'reports', client_secret: secret }),
      });
    await ask(service.secretOf('reports'));
    await ask('wrong');
    const response = await fetch(`${service.management}/metrics`);
    const text = await response.text();
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const valueOf = (name: string, ...labels: string[]) => {
      const found = text
        .split('\n')
        .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
        .find((line) => labels.every((label) => line.includes(label)));
      return found === undefined ? undefined : Number(found.split('} ').at(-1)?.split(' ')[0]);
    };
    expect(valueOf('mintmark_tokens_issued_total')).toBe(1);
    expect(valueOf('mintmark_tokens_denied_total', 'code="CLIENT_AUTHENTICATION_FAILED"')).toBe(1);
    for (const ring of ['ring="public"', 'ring="admin"']) {
      expect(valueOf('mintmark_key_state', ring, 'state="active"', 'algorithm="ES256"')).toBe(1);
      expect(valueOf('mintmark_key_state', ring, 'state="published"')).toBe(1);
      expect(valueOf('mintmark_keyset_epoch', ring)).toBe(1);
      expect(valueOf('mintmark_keyset_version', ring)).toBe(5);
      expect(valueOf('mintmark_keyset_keys', ring)).toBe(2);
      expect(valueOf('mintmark_signing_sealed', ring, 'algorithm="ES256"')).toBe(0);
      expect(valueOf('mintmark_signing_lease_age_seconds', ring)).toBeLessThan(300);
      expect(valueOf('mintmark_clock_offset_seconds', ring)).toBe(0);
      expect(valueOf('mintmark_key_overdue', ring)).toBe(0);
      expect(valueOf('mintmark_key_next_event_seconds', ring, 'event="activate"')).toBeGreaterThan(80_000);
    }
    expect((await fetch(`${service.http}/metrics`)).status).toBe(404);
  });
});

describe('a replica that is cut off from its database', () => {
  let service: TestTokenService;
  let cutOff: jest.SpiedFunction<SqlKeyRepository['version']>;
  let passed = 0;
  const monotonic = systemClock.monotonic.bind(systemClock);
  const now = systemClock.now.bind(systemClock);

  beforeAll(async () => {
    service = await startTestTokenService();
    jest.spyOn(systemClock, 'monotonic').mockImplementation(() => monotonic() + passed);
    jest.spyOn(systemClock, 'now').mockImplementation(() => new Date(now().getTime() + passed * 1000));
    cutOff = jest.spyOn(SqlKeyRepository.prototype, 'version').mockRejectedValue(new Error('connection refused'));
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await service?.stop();
  });

  const jwks = () => fetch(`${service.http}${ROUTES.jwks}`);
  const ready = async () => {
    const response = await fetch(`${service.management}/readyz`);
    return [response.status, JSON.stringify(await response.json())] as const;
  };

  it('goes on as before until its lease ends', async () => {
    passed = 290;
    expect((await ready())[0]).toBe(200);
  });

  it('then signs no more and says why, and serves the keys with the time they were true', async () => {
    passed = 310;
    expect(await ready()).toEqual([503, expect.stringMatching(/no contact with the database for 31\d/)]);
    const token = await fetch(`${service.http}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'reports',
        client_secret: service.secretOf('reports'),
      }),
    });
    expect([token.status, token.headers.get('retry-after')]).toEqual([503, '1']);
    const response = await jwks();
    expect(response.status).toBe(200);
    expect(systemClock.now().getTime() / 1000 - Number(response.headers.get('mintmark-as-of'))).toBeGreaterThan(309);
  });

  it('serves no keys once it could be missing one that is about to sign', async () => {
    passed = 885; // P − A − C − ε = 890 s
    expect((await jwks()).status).toBe(200);
    passed = 891;
    const response = await jwks();
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.json()).toMatchObject({ code: 'SIGNING_LEASE_LAPSED' });
  });

  it('is itself again with the next answer', async () => {
    cutOff.mockRestore();
    for (let tries = 0; tries < 200 && (await ready())[0] !== 200; tries++)
      await new Promise((resolve) => setTimeout(resolve, 25));
    expect((await ready())[0]).toBe(200);
    expect((await jwks()).status).toBe(200);
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
