import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestIssuer, dpopProof, FakeClock, newKey, settled, type TestIssuer } from '@mintmark/testing';
import { createVerifier, type Verifier } from '@mintmark/verifier';
import fastify from 'fastify';
import { callerOf } from './authenticate.ts';
import { requireToken } from './express.ts';
import { fastifyVerifier } from './fastify.ts';

const EXTERNAL_URL = 'https://inventory.test';
const SCOPES = ['stock:read'];

let clock: FakeClock;
let issuer: TestIssuer;
let handled: number;
let verdicts: string[];
const open: { close(): unknown }[] = [];

beforeEach(() => {
  clock = new FakeClock();
  issuer = createTestIssuer({ clock });
  [handled, verdicts] = [0, []];
});
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

function trusted(): Verifier {
  const observer = { onVerdict: (code: string) => void verdicts.push(code) };
  const verifier = createVerifier({ ...issuer.trust, observer });
  open.push(verifier);
  return verifier;
}

function handle(incoming: object): string {
  handled += 1;
  return callerOf(incoming).clientId;
}

async function fastifyServer(): Promise<number> {
  const app = fastify();
  open.push(app);
  await app.register(fastifyVerifier, { verifier: trusted(), externalUrl: EXTERNAL_URL });
  app.post('/stock', { config: { access: { scopes: SCOPES } } }, handle);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return (app.server.address() as AddressInfo).port;
}

/** Before the body is read and behind that, as an Express application has it. */
async function middlewareServer(): Promise<number> {
  const demand = requireToken(trusted(), { scopes: SCOPES, externalUrl: EXTERNAL_URL });
  const readBody = (incoming: IncomingMessage, next: () => void) => void text(incoming).then(next);
  const server = createServer((incoming: IncomingMessage, response: ServerResponse) =>
    demand(incoming, response, () =>
      readBody(incoming, () => demand(incoming, response, () => void response.end(handle(incoming)))),
    ),
  );
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A request whose headers are there, and whose body is not. */
async function begin(port: number, headers: Record<string, string>) {
  const answered = Promise.withResolvers<IncomingMessage>();
  const body = { 'content-type': 'application/json', 'content-length': '2', connection: 'close' };
  const sending = request({
    port,
    host: '127.0.0.1',
    path: '/stock',
    method: 'POST',
    headers: { ...headers, ...body },
  });
  sending.on('response', answered.resolve).on('error', answered.reject);
  sending.flushHeaders();
  while (verdicts.length === 0) await settled();
  return async () => {
    sending.end('{}');
    const answer = await answered.promise;
    return { status: answer.statusCode, body: await text(answer) };
  };
}

describe.each([
  ['the Fastify plugin', fastifyServer],
  ['the middleware, asked before the body and behind it', middlewareServer],
])('%s', (_, listen) => {
  it.each<[string, string, () => unknown]>([
    ['expired', 'TOKEN_EXPIRED', () => clock.advance(24 * 3_600_000)],
    [
      'lost its key',
      'TOKEN_INVALID',
      () => {
        const { kid } = issuer.key;
        issuer.rotate();
        issuer.remove(kid);
      },
    ],
  ])('refuses a request whose token has %s by the time that its body is there', async (_what, code, happens) => {
    const finish = await begin(await listen(), { authorization: `Bearer ${issuer.token()}` });
    await happens();
    const { status, body } = await finish();
    expect([status, JSON.parse(body), handled]).toEqual([401, expect.objectContaining({ code }), 0]);
  });

  it('serves it while its token lasts, with one proof and one verdict', async () => {
    const key = newKey('ES256');
    const token = issuer.token({ cnf: { jkt: key.kid } });
    const dpop = dpopProof(key, { token, method: 'POST', url: `${EXTERNAL_URL}/stock`, issuedAt: clock.seconds });
    const finish = await begin(await listen(), { authorization: `DPoP ${token}`, dpop });
    await clock.advance(120_000);
    expect(await finish()).toEqual({ status: 200, body: 'orders' });
    expect([handled, verdicts]).toEqual([1, ['OK']]);
  });
});
