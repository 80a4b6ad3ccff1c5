import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createTestIssuer } from '@mintmark/testing';
import { createVerifier, remoteKeySet, type Verifier } from '@mintmark/verifier';
import fastify, { type FastifyInstance } from 'fastify';
import { callerOf } from './authenticate.ts';
import { fastifyVerifier } from './fastify.ts';

const issuer = createTestIssuer();
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

function trusted(): Verifier {
  const verifier = createVerifier(issuer.trust);
  open.push(verifier);
  return verifier;
}

async function server(verifier: Verifier): Promise<FastifyInstance> {
  const app = fastify();
  open.push(app);
  await app.register(fastifyVerifier, { verifier, realm: 'inventory' });
  app.get('/stock', { config: { access: { scopes: ['stock:read'] } } }, (request) => callerOf(request).clientId);
  app.post('/stock', { config: { access: { scopes: ['stock:reserve'] } } }, () => 'reserved');
  app.get('/livez', { config: { access: 'public' } }, () => 'live');
  app.get('/mistake', { config: { access: 'public' } }, (request) => callerOf(request).clientId);
  return app;
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

describe('the Fastify plugin', () => {
  it('hands the verified caller to the route', async () => {
    const app = await server(trusted());
    const answer = await app.inject({ url: '/stock', headers: bearer(issuer.token()) });
    expect([answer.statusCode, answer.body]).toEqual([200, 'orders']);
  });

  it('takes only a realm that a header can carry', async () => {
    const started = fastify().register(fastifyVerifier, { verifier: trusted(), realm: 'склад' });
    await expect(started).rejects.toThrow('realm takes printable ASCII');
  });

  it('refuses a request without a token, with a bare challenge', async () => {
    const answer = await (await server(trusted())).inject('/stock');
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="inventory"');
    expect(answer.json()).toMatchObject({ error: 'token_missing', code: 'TOKEN_MISSING' });
  });

  it.each([
    ['expired', 'TOKEN_EXPIRED'],
    ['forged', 'TOKEN_INVALID'],
    ['for another resource', 'TOKEN_INVALID'],
  ] as const)('refuses a token that is %s', async (defect, code) => {
    const app = await server(trusted());
    const answer = await app.inject({ url: '/stock', headers: bearer(issuer.broken(defect)) });
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ error: 'invalid_token', code });
  });

  it('refuses a token without the scope of the route and names it', async () => {
    const app = await server(trusted());
    const answer = await app.inject({ method: 'POST', url: '/stock', headers: bearer(issuer.token()) });
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['www-authenticate']).toContain('error="insufficient_scope"');
    expect(answer.headers['www-authenticate']).toContain('scope="stock:reserve"');
  });

  it('decides before it reads the body', async () => {
    const app = await server(trusted());
    const json = { 'content-type': 'application/json' };
    const answer = await app.inject({ method: 'POST', url: '/stock', headers: json, body: '{ not json' });
    expect(answer.statusCode).toBe(401);
  });

  it('answers 503 with Retry-After while there are no keys', async () => {
    const keys = remoteKeySet({ url: 'http://127.0.0.1:1/jwks.json' });
    const verifier = createVerifier({ ...issuer.trust, keys });
    open.push(verifier);
    const answer = await (await server(verifier)).inject({ url: '/stock', headers: bearer(issuer.token()) });
    expect(answer.statusCode).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(answer.headers['www-authenticate']).toBeUndefined();
    expect(answer.json()).toMatchObject({ error: 'temporarily_unavailable', code: 'CANNOT_DETERMINE' });
  });

  it('answers a defect of the verifier with "cannot determine", and tells only the log', async () => {
    const verify = () => Promise.reject(new Error('a defect'));
    const failing: Verifier = {
      ...{ keyState: 'fresh', timeScale: 1, verify },
      ready: () => Promise.resolve(),
      close: () => undefined,
    };
    const answer = await (await server(failing)).inject({ url: '/stock', headers: bearer(issuer.token()) });
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '1']);
    expect(answer.json()).toMatchObject({ code: 'CANNOT_DETERMINE' });
    expect(answer.body).not.toContain('a defect');
  });

  it('counts what it refuses itself with the verdicts', async () => {
    const codes: string[] = [];
    const verifier = createVerifier({ ...issuer.trust, observer: { onVerdict: (code) => codes.push(code) } });
    open.push(verifier);
    const app = await server(verifier);
    await app.inject('/stock');
    await app.inject({ url: '/stock?access_token=two', headers: bearer(issuer.token()) });
    await app.inject({ url: '/stock', headers: { authorization: `DPoP ${issuer.token()}` } });
    await app.inject({ method: 'POST', url: '/stock', headers: bearer(issuer.token()) });
    expect(codes).toEqual(['TOKEN_MISSING', 'CREDENTIAL_AMBIGUOUS', 'TOKEN_MISSING', 'OK', 'SCOPE_INSUFFICIENT']);
  });

  it('sees a second Authorization header, which Node hides', async () => {
    const app = await server(trusted());
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const headers = ['Host', 'x', 'Authorization', `Bearer ${issuer.token()}`, 'Authorization', 'Bearer two'];
    expect(await statusOf({ port, path: '/stock', headers })).toBe(400);
  });

  it('lets a public route through without looking at the token', async () => {
    const app = await server(trusted());
    expect((await app.inject({ url: '/livez', headers: bearer('garbage') })).statusCode).toBe(200);
  });

  it('does not invent a caller where nobody was verified', async () => {
    expect((await (await server(trusted())).inject('/mistake')).statusCode).toBe(500);
  });

  it('does not tell a stranger which routes exist', async () => {
    const app = await server(trusted());
    expect((await app.inject('/nowhere')).statusCode).toBe(401);
    expect((await app.inject({ url: '/nowhere', headers: bearer(issuer.token()) })).statusCode).toBe(404);
  });

  it('stops the start at a route that declares nothing', async () => {
    const app = await server(trusted());
    expect(() => app.get('/forgotten', () => 'open')).toThrow('Route GET /forgotten declares no access');
  });

  it('refuses such a route at run time where the plugin came after it', async () => {
    const app = fastify();
    open.push(app);
    app.get('/forgotten', () => 'open');
    await app.register(fastifyVerifier, { verifier: trusted() });
    expect((await app.inject('/forgotten')).statusCode).toBe(401);
    expect((await app.inject({ url: '/forgotten', headers: bearer(issuer.token()) })).statusCode).toBe(403);
  });
});

function statusOf(options: { port: number; path: string; headers: string[] }): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', ...options }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
}
