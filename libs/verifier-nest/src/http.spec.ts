import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestIssuer } from '@mintmark/testing';
import { createVerifier, remoteKeySet, type Verifier } from '@mintmark/verifier';
import { handled, ReportsController, StockHttpController } from '../test/echo.controllers.ts';
import { startApp, type StartedApp } from '../test/start-app.ts';
import type { DeniedAccess } from './index.ts';

const issuer = createTestIssuer();
const denied: DeniedAccess[] = [];
let started: StartedApp;

beforeAll(async () => {
  started = await startApp(issuer, {
    controllers: [StockHttpController, ReportsController],
    module: { realm: 'inventory', onDenied: (each) => denied.push(each) },
  });
});
afterAll(() => started.close());
beforeEach(() => {
  handled.length = 0;
  denied.length = 0;
});

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

function get(url: string, token?: string, app = started.app) {
  return app.inject({ url, headers: token === undefined ? {} : bearer(token) });
}

describe('a handler over HTTP', () => {
  it('gets the verified caller', async () => {
    const answer = await get('/stock', issuer.token());
    expect([answer.statusCode, answer.body]).toEqual([200, 'orders']);
  });

  it.each(['/stock', '/stock/billing', '/reports', '/reports/secret'])(
    'at %s is closed without a token',
    async (url) => {
      const answer = await get(url);
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="inventory"');
      expect(answer.json()).toMatchObject({
        error: 'token_missing',
        code: 'TOKEN_MISSING',
        request_id: expect.any(String),
      });
    },
  );

  it('is closed to a bad token; the fine code goes to the log under the same request id', async () => {
    const answer = await get('/stock', issuer.broken('with an unknown key'));
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ error: 'invalid_token', code: 'TOKEN_INVALID' });
    const { request_id: requestId } = answer.json<{ request_id: string }>();
    expect(denied).toEqual([{ code: 'KEY_UNKNOWN', requestId, handler: 'StockHttpController.list' }]);
  });

  it('is closed to a caller without its scope, who is told which', async () => {
    const answer = await started.app.inject({ method: 'POST', url: '/stock', headers: bearer(issuer.token()) });
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['www-authenticate']).toContain('error="insufficient_scope"');
    expect(answer.headers['www-authenticate']).toContain('scope="stock:reserve"');
    expect(denied).toMatchObject([{ code: 'SCOPE_INSUFFICIENT', clientId: 'orders' }]);
    expect(answer.json()).toMatchObject({ code: 'SCOPE_INSUFFICIENT' });
    expect(handled).toEqual([]);
  });

  it('is closed to clients it does not name', async () => {
    const refused = await get('/stock/billing', issuer.token());
    expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([403, 'SCOPE_INSUFFICIENT']);
    expect(denied.map(({ code }) => code)).toEqual(['CLIENT_NOT_ALLOWED']);
    const billing = issuer.token({ sub: 'billing', client_id: 'billing' });
    expect((await get('/stock/billing', billing)).body).toBe('billing');
  });

  it('that is public has no caller, whatever is sent', async () => {
    expect((await get('/stock/open')).body).toBe('nobody');
    expect((await get('/stock/open', 'garbage')).body).toBe('nobody');
  });

  it('needs the scopes of its class and its own', async () => {
    expect((await get('/reports', issuer.token())).statusCode).toBe(200);
    expect((await get('/reports/secret', issuer.token())).statusCode).toBe(403);
    expect((await get('/reports/secret', issuer.token({ scope: 'stock:audit' }))).statusCode).toBe(403);
    expect((await get('/reports/secret', issuer.token({ scope: 'stock:read stock:audit' }))).statusCode).toBe(200);
  });

  it('may be public in a class that is not', async () => {
    expect((await get('/reports/help')).statusCode).toBe(200);
  });

  it('is decided on before the body is read', async () => {
    const headers = { 'content-type': 'application/json' };
    const request = { method: 'POST', url: '/stock', body: '{ not json' } as const;
    expect((await started.app.inject({ ...request, headers })).statusCode).toBe(401);
    const known = { ...headers, ...bearer(issuer.token({ scope: 'stock:reserve' })) };
    expect((await started.app.inject({ ...request, headers: known })).statusCode).toBe(400);
  });

  it.each([
    ['POST', '/nowhere'],
    ['PUT', '/stock'],
    ['POST', '/stock/open'],
  ] as const)(
    'where there is none for %s %s, a stranger is not told so, and the body is not read',
    async (method, url) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await started.app.inject({ method, url, headers, body: '{ not json' });
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([401, 'TOKEN_MISSING']);
      expect(denied).toMatchObject([{ code: 'TOKEN_MISSING', handler: 'none' }]);
      const known = await started.app.inject({ method, url, headers: bearer(issuer.token()) });
      expect(known.statusCode).toBe(404);
    },
  );

  it('has its token verified once', async () => {
    const real = createVerifier(issuer.trust);
    let verified = 0;
    const verify: Verifier['verify'] = (token) => {
      verified += 1;
      return real.verify(token);
    };
    const counting: Verifier = {
      keyState: 'fresh',
      timeScale: 1,
      ready: () => real.ready(),
      verify,
      close: () => real.close(),
    };
    const counted = await startApp(issuer, { controllers: [StockHttpController], verifier: counting });
    try {
      expect((await get('/stock', issuer.token(), counted.app)).statusCode).toBe(200);
      expect((await get('/stock/open', issuer.token(), counted.app)).statusCode).toBe(200);
      expect(verified).toBe(1);
    } finally {
      await counted.close();
    }
  });

  it('answers a defect of the verifier with "cannot determine", and tells only the log', async () => {
    const cause = new Error('a defect');
    const told: DeniedAccess[] = [];
    const failing: Verifier = {
      ...{ keyState: 'fresh', timeScale: 1, verify: () => Promise.reject(cause) },
      ready: () => Promise.resolve(),
      close: () => undefined,
    };
    const defective = await startApp(issuer, {
      controllers: [StockHttpController],
      verifier: failing,
      module: { onDenied: (each) => told.push(each) },
    });
    try {
      const answer = await get('/stock', issuer.token(), defective.app);
      expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '1']);
      expect(answer.json()).toMatchObject({ code: 'CANNOT_DETERMINE' });
      expect(answer.body).not.toContain('a defect');
      expect(told).toMatchObject([{ code: 'KEYS_UNAVAILABLE', cause }]);
    } finally {
      await defective.close();
    }
  });

  it('is closed as ever where the log fails', async () => {
    const onDenied = () => {
      throw new Error('the disk is full');
    };
    const { app, close } = await startApp(issuer, { controllers: [StockHttpController], module: { onDenied } });
    try {
      expect((await get('/stock', undefined, app)).statusCode).toBe(401);
      expect((await get('/stock/billing', issuer.token(), app)).statusCode).toBe(403);
    } finally {
      await close();
    }
  });

  it('has what the gate and the guard refuse counted with the verdicts', async () => {
    const codes: string[] = [];
    const verifier = createVerifier({ ...issuer.trust, observer: { onVerdict: (code) => codes.push(code) } });
    const { app, close } = await startApp(issuer, { controllers: [StockHttpController], verifier });
    try {
      await get('/stock', undefined, app);
      await get('/stock?access_token=two', issuer.token(), app);
      await get('/stock', issuer.token({ scope: 'other' }), app);
      await get('/stock/billing', issuer.token(), app);
      const refused = ['TOKEN_MISSING', 'CREDENTIAL_AMBIGUOUS'];
      expect(codes).toEqual([...refused, 'OK', 'SCOPE_INSUFFICIENT', 'OK', 'CLIENT_NOT_ALLOWED']);
    } finally {
      await close();
    }
  });

  it('answers 400 to two credentials', async () => {
    const answer = await get('/stock?access_token=two', issuer.token());
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: 'invalid_request', code: 'TOKEN_INVALID' });
  });

  it('answers 503 with Retry-After, never 401, while there are no keys', async () => {
    const keys = remoteKeySet({ url: 'http://127.0.0.1:1/jwks.json' });
    const verifier = createVerifier({ ...issuer.trust, keys });
    const keyless = await startApp(issuer, { controllers: [StockHttpController], verifier });
    try {
      const answer = await get('/stock', issuer.token(), keyless.app);
      expect(answer.statusCode).toBe(503);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
      expect(answer.headers['www-authenticate']).toBeUndefined();
      expect(answer.json()).toMatchObject({ error: 'temporarily_unavailable', code: 'CANNOT_DETERMINE' });
    } finally {
      await keyless.close();
    }
  });
});
