import { createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { settled } from '../../test/fake-clock.ts';
import { httpDouble, sendJson, tokenBody, type HttpDouble, type Responder } from '../../test/token-endpoint.ts';
import { clientSecret } from '../client-secret.ts';
import type { TokenClientOptions } from '../token-client-options.ts';
import { createTokenClient, type TokenClient } from '../token-client.ts';
import { TokenRequestError } from '../token-request-error.ts';
import type { TokenTransport } from '../token-transport.ts';
import { httpTransport } from './http-transport.ts';

const SECRET = 'canary-secret-6b1f';
const METADATA = '/.well-known/oauth-authorization-server';
const inventory = { audience: 'inventory', scopes: ['stock:reserve', 'stock:read'] };

let server: HttpDouble;
let clients: TokenClient[];

beforeEach(async () => {
  server = await httpDouble(respond());
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.close();
  await server.close();
});

/** Metadata that names /token, and a token there; both may be replaced. */
function respond(token?: Responder, metadata: object = {}): Responder {
  return (request, response) => {
    const issuer = server.origin;
    const facts = { issuer, token_endpoint: `${issuer}/token`, ...metadata };
    if (request.path.startsWith(METADATA)) sendJson(response, 200, facts);
    else if (token) token(request, response);
    else sendJson(response, 200, tokenBody());
  };
}

function clientOf(transport: TokenTransport, options: Partial<TokenClientOptions> = {}): TokenClient {
  const identity = clientSecret({ clientId: 'orders', secret: SECRET });
  const client = createTokenClient({ transport, identity, retries: 0, ...options });
  clients.push(client);
  return client;
}

const direct = () => clientOf(httpTransport({ tokenEndpoint: `${server.origin}/token` }));
const discovering = () => clientOf(httpTransport({ issuer: server.origin }));
const paths = () => server.received.map(({ path }) => path);

async function failure(client: TokenClient): Promise<TokenRequestError> {
  const error: unknown = await client.token(inventory).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TokenRequestError);
  expect(String(error)).not.toContain(SECRET);
  return error as TokenRequestError;
}

describe('a request over HTTP', () => {
  it('is a client_credentials grant by form, with Basic credentials', async () => {
    const token = await direct().token(inventory);
    expect(token).toMatchObject({ value: 'aaa.bbb.ccc', scopes: ['stock:read'] });
    const [request] = server.received;
    expect(request).toMatchObject({ method: 'POST', path: '/token' });
    expect(request?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
    expect(request?.headers.authorization).toBe(`Basic ${Buffer.from(`orders:${SECRET}`).toString('base64')}`);
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'client_credentials',
      audience: 'inventory',
      scope: 'stock:read stock:reserve',
    });
  });

  it('names a resource by its URI (RFC 8707), and nothing where nothing is asked', async () => {
    const client = direct();
    await client.token({ resource: 'https://inventory.internal' });
    await client.token();
    const bodies = server.received.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
    expect(bodies).toEqual([
      { grant_type: 'client_credentials', resource: 'https://inventory.internal' },
      { grant_type: 'client_credentials' },
    ]);
  });

  it('is one for 100 callers', async () => {
    const client = discovering();
    await Promise.all(Array.from({ length: 100 }, () => client.token(inventory)));
    expect(paths()).toEqual([METADATA, '/token']);
  });

  it('after another uses the same connection', async () => {
    const client = direct();
    for (const audience of ['a', 'b', 'c']) {
      await client.token({ audience });
      await settled();
    }
    expect(server.connections()).toBe(1);
  });

  it('whose answer leaves out the scope has got what it asked for (RFC 6749 §5.1)', async () => {
    server.respond = respond((_, response) => sendJson(response, 200, tokenBody({ scope: undefined })));
    expect((await direct().token(inventory)).scopes).toEqual(['stock:read', 'stock:reserve']);
  });

  it('whose answer has a fractional expires_in counts it', async () => {
    server.respond = respond((_, response) => sendJson(response, 200, tokenBody({ expires_in: 2.5 })));
    const clock = { now: () => 1_764_000_000_000 };
    const transport = httpTransport({ tokenEndpoint: `${server.origin}/token` });
    const { expiresAt } = await clientOf(transport, { clock }).token(inventory);
    expect(expiresAt.getTime() - clock.now()).toBe(2_500);
  });
});

describe('discovery (RFC 8414)', () => {
  it('is done once for many requests at once', async () => {
    const client = discovering();
    await Promise.all(['a', 'b', 'c'].map((audience) => client.token({ audience })));
    expect(paths().filter((path) => path === METADATA)).toHaveLength(1);
  });

  it('of an issuer with a path asks between host and path', async () => {
    const issuer = `${server.origin}/tenant`;
    server.respond = respond(undefined, { issuer });
    await clientOf(httpTransport({ issuer })).token(inventory);
    expect(paths()).toEqual([`${METADATA}/tenant`, '/token']);
  });

  it.each<[string, (origin: string) => object]>([
    ['for another issuer', () => ({ issuer: 'https://tokens.evil.test' })],
    ['for nearly the same issuer', (origin) => ({ issuer: `${origin}/` })],
    ['without an endpoint', () => ({ token_endpoint: undefined })],
    ['with an endpoint in clear elsewhere', () => ({ token_endpoint: 'http://tokens.evil.test/token' })],
  ])('that finds metadata %s sends no secret', async (_what, metadata) => {
    server.respond = respond(undefined, metadata(server.origin));
    expect(await failure(discovering())).toMatchObject({ code: 'METADATA_INVALID', retryable: false });
    expect(paths()).toEqual([METADATA]);
  });

  it('that finds nothing says where it looked', async () => {
    server.respond = (_, response) => sendJson(response, 404, {});
    const error = await failure(discovering());
    expect(error).toMatchObject({ code: 'METADATA_INVALID', httpStatus: 404, retryable: false });
    expect(error.message).toContain(`${server.origin}${METADATA} answered 404`);
  });

  it('is done again after a failure, and after the endpoint has gone', async () => {
    const client = clientOf(httpTransport({ issuer: server.origin }), { retries: 1 });
    const answers: Responder[] = [
      (_, response) => sendJson(response, 404, {}),
      (_, response) => sendJson(response, 200, tokenBody()),
    ];
    const late = respond((request, response) => answers.shift()?.(request, response));
    server.respond = (request, response) => {
      sendJson(response, 503, {});
      server.respond = late;
    };
    await expect(client.token({ audience: 'a' })).rejects.toMatchObject({ httpStatus: 404 });
    await client.token({ audience: 'b' });
    expect(paths()).toEqual([METADATA, METADATA, '/token', METADATA, '/token']);
  });

  it.each(['http://tokens.internal', 'https://tokens.internal?x=1', 'https://tokens.internal#x', 'tokens.internal'])(
    'is not begun for %s',
    (issuer) => {
      expect(() => httpTransport({ issuer })).toThrow(TypeError);
    },
  );
});

describe('an address', () => {
  it('must be one, and safe for a secret', () => {
    expect(() => httpTransport({ tokenEndpoint: 'http://tokens.internal/token' })).toThrow('must be https');
    expect(() => httpTransport({} as { issuer: string })).toThrow('either issuer or tokenEndpoint');
    const both = { issuer: 'https://a.test', tokenEndpoint: 'https://a.test/token' };
    expect(() => httpTransport(both as never)).toThrow('either issuer or tokenEndpoint');
  });
});

describe('a refusal over HTTP', () => {
  it('is told with code, OAuth error, status and request id', async () => {
    const body = {
      error: 'invalid_scope',
      error_description: 'stock:admin is not granted to orders',
      code: 'SCOPE_DENIED',
      request_id: 'r-1',
    };
    server.respond = respond((_, response) => sendJson(response, 400, body));
    const error = await failure(direct());
    expect(error).toMatchObject({ code: 'SCOPE_DENIED', oauthError: 'invalid_scope', httpStatus: 400 });
    expect(error).toMatchObject({ requestId: 'r-1', retryable: false, retryAfterSeconds: undefined });
    expect(error.message).toContain('stock:admin is not granted to orders. Ask only for scopes');
  });

  it.each<[string, number, object, Record<string, string>, object]>([
    ['503 with Retry-After', 503, { code: 'SIGNING_SEALED' }, { 'retry-after': '7' }, { retryAfterSeconds: 7 }],
    ['503 of a proxy', 503, {}, {}, { code: undefined, retryAfterSeconds: undefined }],
    ['429', 429, {}, { 'retry-after': '1' }, { retryAfterSeconds: 1 }],
    ['500', 500, { code: 'INTERNAL' }, {}, { code: 'INTERNAL' }],
    [
      'Retry-After as a date, against the clock of the sender',
      503,
      {},
      { 'retry-after': 'Wed, 21 Oct 2026 07:28:09 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' },
      { retryAfterSeconds: 9 },
    ],
  ])('that may pass is known as such: %s', async (_what, status, body, headers, expected) => {
    server.respond = respond((_, response) => sendJson(response, status, body, headers));
    expect(await failure(direct())).toMatchObject({ retryable: true, httpStatus: status, ...expected });
  });

  it.each([
    [401, { error: 'invalid_client', code: 'CLIENT_AUTHENTICATION_FAILED' }],
    [413, { code: 'REQUEST_TOO_LARGE' }],
    [403, {}],
  ])('for good is known as such: %i %j', async (status, body) => {
    server.respond = respond((_, response) => sendJson(response, status, body));
    expect(await failure(direct())).toMatchObject({ retryable: false, httpStatus: status });
  });

  it('that echoes what was sent puts no secret into the error', async () => {
    server.respond = respond(({ headers, body }, response) => {
      const echo = `${headers.authorization} ${body} ${SECRET} \u001b[31m`;
      sendJson(response, 400, { error: echo, error_description: echo, code: echo, request_id: echo });
    });
    const error = await failure(direct());
    const all = JSON.stringify({ ...error, message: error.message, stack: error.stack });
    expect(all).not.toContain(SECRET);
    expect(all).not.toContain(Buffer.from(`orders:${SECRET}`).toString('base64'));
    expect(all).not.toContain('\\u001b');
    expect(all).toContain('[redacted]');
  });
});

describe('an answer that is none', () => {
  it.each<[string, Responder]>([
    ['not JSON, though it holds a token', (_, response) => response.end('{"access_token":"canary-token",')],
    ['an array', (_, response) => sendJson(response, 200, ['canary-token'])],
    ['without a token', (_, response) => sendJson(response, 200, { ...tokenBody(), access_token: undefined })],
    [
      'with a line break in the token',
      (_, response) => sendJson(response, 200, tokenBody({ access_token: 'canary-token\r\nx: y' })),
    ],
    ['of another type', (_, response) => sendJson(response, 200, tokenBody({ token_type: 'DPoP' }))],
    ['without a life', (_, response) => sendJson(response, 200, tokenBody({ expires_in: undefined }))],
    ['with a life of none', (_, response) => sendJson(response, 200, tokenBody({ expires_in: 0 }))],
    ['with a life in words', (_, response) => sendJson(response, 200, tokenBody({ expires_in: '300' }))],
    ['too large', (_, response) => sendJson(response, 200, tokenBody({ padding: 'x'.repeat(70_000) }))],
  ])('is refused, and not quoted: %s', async (_what, token) => {
    server.respond = respond(token);
    const error = await failure(direct());
    expect(error).toMatchObject({ code: 'RESPONSE_INVALID', retryable: false });
    expect(error.message).not.toContain('canary-token');
  });

  it('but a redirect is not followed: the secret stays here', async () => {
    const elsewhere = await httpDouble((_, response) => sendJson(response, 200, tokenBody()));
    server.respond = respond((_, response) => response.writeHead(307, { location: `${elsewhere.origin}/token` }).end());
    const error = await failure(direct());
    await elsewhere.close();
    expect(error).toMatchObject({ code: 'RESPONSE_INVALID', httpStatus: 307, retryable: false });
    expect(elsewhere.received).toEqual([]);
  });
});

describe('an issuer that is', () => {
  it('down is known as such', async () => {
    await server.close();
    const error = await failure(direct());
    expect(error).toMatchObject({ code: 'ISSUER_UNREACHABLE', retryable: true });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('cut off in the middle of its answer is down', async () => {
    server.respond = respond((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"access');
      response.socket?.destroy();
    });
    expect(await failure(direct())).toMatchObject({ code: 'ISSUER_UNREACHABLE', retryable: true });
  });

  it('back within the retries is not noticed', async () => {
    const client = clientOf(httpTransport({ tokenEndpoint: `${server.origin}/token` }), { retries: 2 });
    server.respond = (_, response) => {
      response.socket?.destroy();
      server.respond = respond();
    };
    expect((await client.token(inventory)).value).toBe('aaa.bbb.ccc');
    expect(server.received).toHaveLength(2);
  });

  it('silent is given up, and its connection closed', async () => {
    const closed = Promise.withResolvers<void>();
    const silent = createServer((socket: Socket) => socket.resume().on('close', () => closed.resolve()));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const transport = httpTransport({ tokenEndpoint: `http://127.0.0.1:${port}/token` });
    const client = clientOf(transport, { timeoutSeconds: 0.05 });
    await expect(client.token(inventory)).rejects.toMatchObject({ code: 'REQUEST_TIMED_OUT', retryable: true });
    await closed.promise;
    silent.close();
  });

  it('silent when its metadata is asked for is given up by close()', async () => {
    const arrived = Promise.withResolvers<void>();
    server.respond = () => arrived.resolve();
    const client = discovering();
    const refusal = expect(client.token(inventory)).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    await arrived.promise;
    client.close();
    await refusal;
  });
});
