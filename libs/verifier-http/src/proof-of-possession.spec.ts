import { createServer, request as plainRequest, type Server } from 'node:http';
import { createServer as createTlsServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createTestIssuer, dpopProof, newCertificate, newKey, type TestCertificate } from '@mintmark/testing';
import { createVerifier, type Verifier } from '@mintmark/verifier';
import fastify from 'fastify';
import { callerOf } from './authenticate.ts';
import { requireToken } from './express.ts';
import { fastifyVerifier } from './fastify.ts';

const EXTERNAL_URL = 'https://inventory.test/shop';
const issuer = createTestIssuer();
const clientKey = newKey('ES256');
const [serverCertificate, clientCertificate, otherCertificate] = [newCertificate(), newCertificate(), newCertificate()];

interface Proven {
  readonly method?: string;
  readonly path?: string;
  readonly url?: string;
}

const toKey = () => issuer.token({ cnf: { jkt: clientKey.kid } });
const toCertificate = () => issuer.token({ cnf: { 'x5t#S256': clientCertificate.thumbprint } });
const proof = (token: string, { method = 'GET', path = '/stock', url = `${EXTERNAL_URL}${path}` }: Proven = {}) =>
  dpopProof(clientKey, { token, method, url });

interface Listening {
  address(): unknown;
}

interface Setup {
  readonly verifier: Verifier;
  readonly externalUrl?: string;
  readonly tls: boolean;
}

const tlsOptions = { ...serverCertificate, requestCert: true, rejectUnauthorized: false };
const open: { close(): unknown }[] = [];
let verdicts: string[] = [];
afterEach(async () => {
  verdicts = [];
  for (const each of open.splice(0)) await each.close();
});

async function fastifyServer({ tls, ...options }: Setup): Promise<Listening> {
  const app = fastify({
    serverFactory: (handler) => (tls ? createTlsServer(tlsOptions, handler) : createServer(handler)) as Server,
  });
  open.push(app);
  await app.register(fastifyVerifier, options);
  app.get('/*', { config: { access: { scopes: ['stock:read'] } } }, (incoming) => callerOf(incoming).clientId);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app.server;
}

/** As an Express application has it: once for all, once for the route, behind a mount point. */
async function expressServer({ tls, verifier, ...options }: Setup): Promise<Listening> {
  const forAll = requireToken(verifier, options);
  const forRoute = requireToken(verifier, { ...options, scopes: ['stock:read'] });
  const serve: Parameters<typeof createServer>[1] = (incoming, response) =>
    forAll(incoming, response, () => {
      const mounted = Object.assign(incoming, { originalUrl: incoming.url ?? '', url: '/' });
      forRoute(mounted, response, () => response.end(callerOf(incoming).clientId));
    });
  const server = tls ? createTlsServer(tlsOptions, serve) : createServer(serve);
  open.push({ close: () => server.closeAllConnections() }, server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

interface Sent {
  readonly headers?: readonly string[];
  readonly path?: string;
  readonly method?: string;
  readonly certificate?: TestCertificate;
}

describe.each([
  ['Fastify', fastifyServer],
  ['Express', expressServer],
] as const)('proof of possession on %s', (_name, start) => {
  async function connect({ tls = false, externalUrl }: { tls?: boolean; externalUrl?: string } = {}) {
    const verifier = createVerifier({ ...issuer.trust, observer: { onVerdict: (code) => verdicts.push(code) } });
    open.push(verifier);
    const server = await start({ verifier, tls, ...(externalUrl !== undefined && { externalUrl }) });
    const { port } = server.address() as AddressInfo;
    const send = tls ? request : plainRequest;
    return ({ headers = [], path = '/stock', method = 'GET', certificate }: Sent): Promise<[number, string]> =>
      new Promise((resolve, reject) => {
        const lines = ['Host', 'inventory.test', ...headers];
        const tlsClient = { rejectUnauthorized: false, ...certificate, agent: false as const };
        send({ host: '127.0.0.1', port, path, method, headers: lines, ...tlsClient }, (response) => {
          response.setEncoding('utf8');
          let text = '';
          response.on('data', (chunk: string) => (text += chunk));
          response.on('end', () => {
            const code = text.startsWith('{') ? (JSON.parse(text) as { code: string }).code : text;
            resolve([response.statusCode ?? 0, code]);
          });
        })
          .on('error', reject)
          .end();
      });
  }

  const dpop = (token: string, ...proofs: string[]) => [
    ...['Authorization', `DPoP ${token}`],
    ...proofs.flatMap((each) => ['DPoP', each]),
  ];
  const bearer = (token: string) => ['Authorization', `Bearer ${token}`];

  it('lets a token in with its proof, once', async () => {
    const send = await connect({ externalUrl: EXTERNAL_URL });
    const token = toKey();
    const headers = dpop(token, proof(token));
    expect(await send({ headers })).toEqual([200, 'orders']);
    expect(await send({ headers })).toEqual([401, 'TOKEN_INVALID']);
    expect(await send({ headers: dpop(token, proof(token)), path: '/stock?page=2' })).toEqual([200, 'orders']);
    expect(verdicts).toEqual(['OK', 'REPLAYED', 'OK']);
  });

  it.each<[string, Proven, Sent]>([
    ['for another server', { url: 'https://other.test/shop/stock' }, {}],
    ['for another server, though Host names it', { url: 'https://inventory.test/stock' }, {}],
    ['for another path', { path: '/orders' }, {}],
    ['for another method', { method: 'POST' }, {}],
    ['for what a path with dots leads to', { path: '/stock' }, { path: '/orders/../stock' }],
    ['for what a path with escaped dots leads to', { path: '/stock' }, { path: '/orders/%2e%2E/stock' }],
    [
      'for the URL that the request line makes up',
      { url: 'https://evil.test/stock' },
      { path: 'https://evil.test/stock' },
    ],
  ])('refuses a proof %s', async (_, change, sent) => {
    const send = await connect({ externalUrl: EXTERNAL_URL });
    const token = toKey();
    const [status] = await send({ ...sent, headers: dpop(token, proof(token, change)) });
    expect([status, verdicts]).toEqual([401, ['BINDING_MISMATCH']]);
  });

  it('refuses two proofs, in two lines or in one', async () => {
    const send = await connect({ externalUrl: EXTERNAL_URL });
    const token = toKey();
    const two = [proof(token), proof(token)] as const;
    expect(await send({ headers: dpop(token, ...two) })).toEqual([400, 'TOKEN_INVALID']);
    expect(await send({ headers: dpop(token, two.join(', ')) })).toEqual([400, 'TOKEN_INVALID']);
  });

  it('refuses a bound token without its proof, and one that is sent as plain Bearer', async () => {
    const send = await connect({ externalUrl: EXTERNAL_URL });
    const token = toKey();
    expect(await send({ headers: dpop(token) })).toEqual([401, 'TOKEN_INVALID']);
    expect(await send({ headers: bearer(token) })).toEqual([401, 'TOKEN_INVALID']);
    expect(await send({ headers: [...bearer(token), 'DPoP', proof(token)] })).toEqual([401, 'TOKEN_INVALID']);
    expect(verdicts).toEqual(['BINDING_MISSING', 'BINDING_MISSING', 'BINDING_MISSING']);
  });

  it('refuses a token that is not bound as if it were', async () => {
    const send = await connect({ externalUrl: EXTERNAL_URL });
    const token = issuer.token();
    expect(await send({ headers: dpop(token, proof(token)) })).toEqual([401, 'TOKEN_INVALID']);
    expect(await send({ headers: bearer(token) })).toEqual([200, 'orders']);
  });

  it('takes no proof where nobody said which address it has to be for', async () => {
    const send = await connect();
    const token = toKey();
    const own = proof(token, { url: 'http://inventory.test/stock' });
    expect(await send({ headers: dpop(token, own) })).toEqual([401, 'TOKEN_MISSING']);
    expect(await send({ headers: [...bearer(token), 'DPoP', own] })).toEqual([401, 'TOKEN_INVALID']);
  });

  it('lets a token in on a connection with its certificate, and on no other', async () => {
    const send = await connect({ tls: true });
    const headers = bearer(toCertificate());
    expect(await send({ headers, certificate: clientCertificate })).toEqual([200, 'orders']);
    expect(await send({ headers, certificate: otherCertificate })).toEqual([401, 'TOKEN_INVALID']);
    expect(await send({ headers })).toEqual([401, 'TOKEN_INVALID']);
    expect(verdicts).toEqual(['OK', 'BINDING_MISMATCH', 'BINDING_MISSING']);
  });

  it('does not look at certificates in headers', async () => {
    const send = await connect();
    const content = clientCertificate.cert.replace(/-----.*-----|\n/g, '');
    const forwarded = ['Client-Cert', `:${content}:`, 'X-Client-Cert', content, 'X-Forwarded-Client-Cert', content];
    expect(await send({ headers: [...bearer(toCertificate()), ...forwarded] })).toEqual([401, 'TOKEN_INVALID']);
    expect(verdicts).toEqual(['BINDING_MISSING']);
  });

  it.each(['inventory.test', 'http://inventory.test', 'https://inventory.test/?a=1', 'https://u@inventory.test', ''])(
    'does not start with the external URL %j',
    async (externalUrl) => {
      await expect(connect({ externalUrl })).rejects.toThrow('external URL');
    },
  );
});
