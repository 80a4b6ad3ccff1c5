import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createTestIssuer } from '@mintmark/testing';
import { createVerifier, type Verifier } from '@mintmark/verifier';
import { callerOf } from './authenticate.ts';
import { requireToken, type DeniedRequest, type RequireTokenOptions } from './express.ts';

const issuer = createTestIssuer();
const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

function trusted(): Verifier {
  const verifier = createVerifier(issuer.trust);
  open.push(verifier);
  return verifier;
}

function failing(cause: Error): Verifier {
  return {
    keyState: 'fresh',
    timeScale: 1,
    ready: () => Promise.resolve(),
    verify: () => Promise.reject(cause),
    close: () => undefined,
  };
}

function fail(): never {
  throw new Error('the disk is full');
}

/** The middleware as a plain node:http server uses it; Express calls it the same way. */
async function listen(verifier: Verifier, options?: RequireTokenOptions): Promise<string> {
  const middleware = requireToken(verifier, options);
  const server: Server = createServer((request, response) =>
    middleware(request, response, () => void response.end(callerOf(request).clientId)),
  );
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/stock`;
}

const get = (url: string, token?: string): Promise<Response> =>
  fetch(url, { headers: { connection: 'close', ...(token ? { authorization: `Bearer ${token}` } : {}) } });

describe('the Express middleware', () => {
  it('calls next with the caller known', async () => {
    const answer = await get(await listen(trusted(), { scopes: ['stock:read'] }), issuer.token());
    expect([answer.status, await answer.text()]).toEqual([200, 'orders']);
  });

  it('answers itself where there is no token', async () => {
    const answer = await get(await listen(trusted()));
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="mintmark"');
    expect(await answer.json()).toMatchObject({ code: 'TOKEN_MISSING' });
  });

  it('answers 403 where the scope is missing, and tells the log the same request id', async () => {
    const denied: { code: string; requestId: string }[] = [];
    const url = await listen(trusted(), { scopes: ['stock:reserve'], onDenied: (each) => denied.push(each) });
    const answer = await get(url, issuer.token());
    expect(answer.status).toBe(403);
    const { request_id: requestId } = (await answer.json()) as { request_id: string };
    expect(denied).toEqual([{ code: 'SCOPE_INSUFFICIENT', requestId }]);
  });

  it('tells the log the fine code that the caller is not told', async () => {
    const denied: string[] = [];
    const url = await listen(trusted(), { onDenied: ({ code }) => denied.push(code) });
    const answer = await get(url, issuer.broken('forged'));
    expect(await answer.json()).toMatchObject({ code: 'TOKEN_INVALID' });
    expect(denied).toEqual(['SIGNATURE_INVALID']);
  });

  it('counts a token in the URL as a second one', async () => {
    const url = await listen(trusted());
    expect((await get(`${url}?access_token=two`, issuer.token())).status).toBe(400);
  });

  it('answers a defect of the verifier with "cannot determine", never with a pass, and tells only the log', async () => {
    const cause = new Error('a defect');
    const denied: DeniedRequest[] = [];
    const url = await listen(failing(cause), { onDenied: (each) => denied.push(each) });
    const answer = await get(url, issuer.token());
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    const text = await answer.text();
    expect(text).toContain('CANNOT_DETERMINE');
    expect(text).not.toContain('a defect');
    expect(denied).toEqual([{ code: 'KEYS_UNAVAILABLE', requestId: expect.any(String), cause }]);
  });

  it('hands on what was let in and nothing else, whatever fails', async () => {
    let handled = 0;
    const middleware = requireToken({ ...failing(new Error('a defect')), noteRefusal: fail });
    const server = createServer((request, response) => middleware(request, response, () => void (handled += 1)));
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const answer = await get(`http://127.0.0.1:${(server.address() as AddressInfo).port}/stock`);
    expect([answer.status, handled]).toEqual([503, 0]);
  });

  it('leaves a response alone that somebody else has begun meanwhile', async () => {
    let handled = 0;
    const middleware = requireToken(trusted());
    const server = createServer((request, response) => {
      middleware(request, response, () => void (handled += 1));
      response.writeHead(504).end('too late');
    });
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const answer = await get(`http://127.0.0.1:${(server.address() as AddressInfo).port}/stock`);
    expect([answer.status, handled]).toEqual([504, 0]);
  });

  it('takes a realm that a header can carry', () => {
    for (const realm of ['склад', 'a "b"', 'a\r\nb', ''])
      expect(() => requireToken(trusted(), { realm })).toThrow(TypeError);
  });

  it('refuses as ever where the log fails', async () => {
    expect((await get(await listen(trusted(), { onDenied: fail }))).status).toBe(401);
  });

  it('counts what it refuses itself with the verdicts', async () => {
    const codes: string[] = [];
    const verifier = createVerifier({ ...issuer.trust, observer: { onVerdict: (code) => codes.push(code) } });
    open.push(verifier);
    const url = await listen(verifier, { scopes: ['stock:reserve'] });
    await get(url);
    await get(`${url}?access_token=two`, issuer.token());
    await get(url, issuer.token());
    expect(codes).toEqual(['TOKEN_MISSING', 'CREDENTIAL_AMBIGUOUS', 'OK', 'SCOPE_INSUFFICIENT']);
  });
});
