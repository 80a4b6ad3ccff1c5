import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { scripted, type Scripted } from '../../test/scripted-client.ts';
import { failing } from '../../test/scripted-transport.ts';
import { httpDouble, sendJson, type HttpDouble } from '../../test/token-endpoint.ts';
import { fetchWithToken } from './fetch-with-token.ts';

const inventory = { audience: 'inventory' };
const INVALID = 'Bearer realm="inventory", error="invalid_token", error_description="expired"';

let resource: HttpDouble;
let issuer: Scripted;
let call: typeof fetch;

beforeEach(async () => {
  resource = await httpDouble((_, response) => sendJson(response, 200, {}));
  issuer = scripted({ retries: 0 });
  call = fetchWithToken(issuer.client, inventory);
});

afterEach(() => resource.close());

const stock = () => `${resource.origin}/stock`;
const seen = () => resource.received.map(({ path, headers }) => `${path} ${headers.authorization}`);

/** Refuses the first `times` calls with this challenge. */
function challengeFirst(times: number, challenge: string, status = 401): void {
  resource.respond = (_, response) => {
    if (resource.received.length > times) sendJson(response, 200, {});
    else sendJson(response, status, {}, { 'www-authenticate': challenge });
  };
}

function redirectTo(location: string, status: number): void {
  resource.respond = ({ path }, response) => {
    if (path === '/stock') response.writeHead(status, { location }).end();
    else sendJson(response, 200, {});
  };
}

describe('a call', () => {
  it('carries the token, and everything the caller gave', async () => {
    const response = await call(stock(), { method: 'POST', body: '{"n":1}', headers: { 'x-trace': 't1' } });
    expect(response.status).toBe(200);
    expect(seen()).toEqual(['/stock Bearer token-1']);
    expect(resource.received[0]).toMatchObject({ method: 'POST', body: '{"n":1}', headers: { 'x-trace': 't1' } });
  });

  it('may be a Request', async () => {
    await call(new Request(stock(), { method: 'PUT', body: 'x', headers: { 'x-trace': 't1' } }));
    expect(resource.received[0]).toMatchObject({ method: 'PUT', body: 'x', headers: { 'x-trace': 't1' } });
    expect(seen()).toEqual(['/stock Bearer token-1']);
  });

  it.each(['http://inventory.internal/stock', 'http://127.0.0.1.evil.test/', 'ftp://localhost/'])(
    'to %s is refused before a token is even asked for',
    async (url) => {
      let sent = 0;
      const send = fetchWithToken(issuer.client, inventory, {
        fetch: async () => {
          sent += 1;
          return new Response();
        },
      });
      await expect(send(url)).rejects.toThrow(TypeError);
      await expect(send(new URL(url))).rejects.toThrow(TypeError);
      expect(sent).toBe(0);
      expect(issuer.transport.attempts).toBe(0);
    },
  );

  it('with a credential of its own is refused', async () => {
    await expect(call(stock(), { headers: { Authorization: 'Basic eDp5' } })).rejects.toThrow('one credential');
    expect(resource.received).toEqual([]);
  });

  it('without a token to be had does not go out', async () => {
    issuer.transport.answer = failing();
    await expect(call(stock())).rejects.toMatchObject({ code: 'STOPPING' });
    expect(resource.received).toEqual([]);
  });

  it('that is aborted does not go out', async () => {
    await expect(call(stock(), { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(resource.received).toEqual([]);
  });
});

describe('a refused token', () => {
  it.each([
    INVALID,
    'Bearer error=invalid_token',
    'Basic realm="x", Bearer error="invalid_token"',
    'bearer\terror="invalid_token"',
  ])('is replaced, and the call repeated once: %s', async (challenge) => {
    challengeFirst(1, challenge);
    expect((await call(stock(), { method: 'POST', body: 'x' })).status).toBe(200);
    expect(seen()).toEqual(['/stock Bearer token-1', '/stock Bearer token-2']);
    expect(resource.received.map(({ body }) => body)).toEqual(['x', 'x']);
  });

  it('that is refused again is the answer', async () => {
    challengeFirst(Infinity, INVALID);
    expect((await call(stock())).status).toBe(401);
    expect(seen()).toEqual(['/stock Bearer token-1', '/stock Bearer token-2']);
  });

  it('used by many calls at once is replaced once', async () => {
    resource.respond = ({ headers }, response) => {
      const good = headers.authorization === 'Bearer token-2';
      sendJson(response, good ? 200 : 401, {}, good ? {} : { 'www-authenticate': INVALID });
    };
    const responses = await Promise.all(Array.from({ length: 10 }, () => call(stock())));
    expect(responses.every(({ status }) => status === 200)).toBe(true);
    expect(issuer.transport.attempts).toBe(2);
  });

  it('is replaced for the next call only, where the body was a stream', async () => {
    challengeFirst(1, INVALID);
    const body = new Blob(['x']).stream();
    const response = await call(stock(), { method: 'POST', body, duplex: 'half' });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({});
    await call(stock());
    expect(seen()).toEqual(['/stock Bearer token-1', '/stock Bearer token-2']);
  });

  it('that cannot be replaced leaves the answer readable', async () => {
    challengeFirst(1, INVALID);
    await issuer.client.token(inventory);
    issuer.transport.answer = failing();
    const response = await call(stock());
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({});
  });

  it.each([
    [401, 'Bearer'],
    [401, 'Bearer realm="invalid_token"'],
    [401, 'Bearer error="invalid_token_format"'],
    [403, 'Bearer error="insufficient_scope"'],
    [403, INVALID],
    [503, INVALID],
  ])('is something else than %i %s', async (status, challenge) => {
    challengeFirst(1, challenge, status);
    expect((await call(stock())).status).toBe(status);
    expect(resource.received).toHaveLength(1);
    expect((await issuer.client.token(inventory)).value).toBe('token-1');
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('(%i) to another origin is not followed: the token stays here', async (status) => {
    const elsewhere = await httpDouble((_, response) => sendJson(response, 200, {}));
    redirectTo(`${elsewhere.origin}/stock`, status);
    await expect(call(stock())).rejects.toThrow('a token is not taken to another origin');
    await elsewhere.close();
    expect(elsewhere.received).toEqual([]);
  });

  it('to the same host by another name is one to another origin', async () => {
    redirectTo(stock().replace('127.0.0.1', 'localhost'), 307);
    await expect(call(stock())).rejects.toThrow('another origin');
    expect(resource.received).toHaveLength(1);
  });

  it('within the origin is followed, with the token', async () => {
    redirectTo('/moved?x=1', 307);
    expect((await call(stock(), { method: 'POST', body: 'x' })).status).toBe(200);
    expect(seen()).toEqual(['/stock Bearer token-1', '/moved?x=1 Bearer token-1']);
    expect(resource.received[1]).toMatchObject({ method: 'POST', body: 'x' });
  });

  it.each([
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [302, 'POST', 'GET'],
    [301, 'PUT', 'PUT'],
  ])('(%i) of %s is followed by %s', async (status, method, next) => {
    redirectTo('/moved', status);
    await call(stock(), { method, ...(method === 'HEAD' ? {} : { body: 'x' }) });
    expect(resource.received[1]).toMatchObject({ method: next, body: next === 'PUT' ? 'x' : '' });
    expect(resource.received[1]?.headers['content-type']).toBe(next === 'PUT' ? 'text/plain;charset=UTF-8' : undefined);
  });

  it('of a stream is an error, as it cannot be sent again', async () => {
    redirectTo('/moved', 307);
    const body = new Blob(['x']).stream();
    await expect(call(stock(), { method: 'POST', body, duplex: 'half' })).rejects.toThrow('cannot be sent again');
  });

  it('without end is given up', async () => {
    resource.respond = (_, response) => response.writeHead(302, { location: '/stock' }).end();
    await expect(call(stock())).rejects.toThrow('more than 5 times');
    expect(resource.received).toHaveLength(6);
  });

  it('is left to the caller who wants it so, or an error', async () => {
    redirectTo('/moved', 302);
    expect((await call(stock(), { redirect: 'manual' })).status).toBe(302);
    await expect(call(stock(), { redirect: 'error' })).rejects.toThrow(TypeError);
    expect(resource.received).toHaveLength(2);
  });
});
