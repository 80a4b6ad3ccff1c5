import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { clientSecret } from '@mintmark/client';
import { newCertificate } from '@mintmark/testing';
import { adminDouble, json, refusal, type AdminDouble } from '../test/admin-double.ts';
import { createAdminClient, type AdminClient } from './admin-client.ts';
import type { AdminCall } from './admin-call.ts';
import { AdminError } from './admin-error.ts';
import * as calls from './calls.ts';
import { pagesOf } from './pages.ts';

const SECRET = 'canary-secret-91c2';
const MAY_BE_DONE = expect.stringMatching(/may have been done: look before you repeat/);
const AT = '2026-11-23T10:00:00.000Z';
const orders = {
  id: 'orders',
  disabled: false,
  credentials: [{ kind: 'client_secret', added_later: 1 }],
  secrets: [{ id: 's1', created_at: AT, expires_at: null, last_used_at: AT }],
};

let server: AdminDouble;
let admin: AdminClient;

function client(options: Partial<Parameters<typeof createAdminClient>[0]> = {}): AdminClient {
  const identity = clientSecret({ clientId: 'operator', secret: SECRET });
  return createAdminClient({ url: server.origin, issuer: server.origin, identity, ...options });
}

beforeEach(async () => {
  server = await adminDouble();
  admin = client();
});
afterEach(async () => {
  admin.close();
  await server.close();
});

const failure = async (promise: Promise<unknown>): Promise<AdminError> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AdminError)) throw new Error(`expected an AdminError, got ${String(error)}`);
  return error;
};

describe('an admin call', () => {
  it('carries a token of its own getting, the same for the next call, and comes back in our names', async () => {
    server.respond = (_, response) => json(response, 200, orders);
    expect(await admin.send(calls.getClient('orders'))).toEqual({
      id: 'orders',
      disabled: false,
      credentials: [{ kind: 'client_secret' }],
      secrets: [{ id: 's1', createdAt: new Date(AT), expiresAt: null, lastUsedAt: new Date(AT) }],
    });
    await admin.send(calls.getClient('orders'));
    expect(server.tokensIssued).toBe(1);
    expect(server.calls.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-1']);
  });

  it.each<[string, AdminCall<unknown>, string, string]>([
    ['listClients', calls.listClients({ limit: 5, cursor: 'a&b' }), 'GET /admin/v1/clients?limit=5&cursor=a%26b', ''],
    ['listClients without a page', calls.listClients(), 'GET /admin/v1/clients', ''],
    ['getClient, whatever it is called', calls.getClient('../keys?x'), 'GET /admin/v1/clients/..%2Fkeys%3Fx', ''],
    ['createClient', calls.createClient({ id: 'a' }), 'POST /admin/v1/clients', '{"id":"a"}'],
    [
      'disableClient, planned',
      calls.disableClient('a', { plan: true }),
      'POST /admin/v1/clients/a/disable',
      '{"plan":true}',
    ],
    ['enableClient', calls.enableClient('a'), 'POST /admin/v1/clients/a/enable', '{}'],
    [
      'rotateCredential',
      calls.rotateCredential('a', { expireOthersAfterSeconds: 0 }),
      'POST /admin/v1/clients/a/secrets',
      '{"expire_others_after_seconds":0}',
    ],
    [
      'rotateCredential, in place of one',
      calls.rotateCredential('a', { replaceSecretId: 's1' }),
      'POST /admin/v1/clients/a/secrets',
      '{"replace_secret_id":"s1"}',
    ],
    [
      'planRegistry',
      calls.planRegistry({ declaration: 'x', fileName: 'f' }),
      'POST /admin/v1/registry/plan',
      '{"declaration":"x","file_name":"f","prune":false}',
    ],
    [
      'applyRegistry',
      calls.applyRegistry({ declaration: 'x', fileName: 'f', prune: true }, 7),
      'POST /admin/v1/registry/apply',
      '{"declaration":"x","file_name":"f","prune":true,"base_version":7}',
    ],
    ['getKeyUsers', calls.getKeyUsers('../k'), 'GET /admin/v1/keys/..%2Fk/users', ''],
    ['rotateKeys', calls.rotateKeys(), 'POST /admin/v1/keys/rotate', '{"ring":"public","algorithm":"ES256"}'],
    ['tailAudit', calls.tailAudit({ after: 0 }), 'GET /admin/v1/audit?after=0', ''],
    ['verifyAudit', calls.verifyAudit(), 'POST /admin/v1/audit/verify', '{}'],
  ])('is what the API has: %s', async (_, call, line, body) => {
    await admin.send(call).catch(() => undefined);
    const [received] = server.calls;
    expect(`${received?.method} ${received?.path}`).toBe(line);
    expect(received?.body).toBe(body);
  });

  it('that refuses the token is repeated once with a new one', async () => {
    server.respond = ({ headers }, response) =>
      headers.authorization === 'Bearer token-1'
        ? json(response, 401, refusal('TOKEN_INVALID'))
        : json(response, 200, orders);
    expect(await admin.send(calls.disableClient('orders'))).toMatchObject({ id: 'orders' });
    expect(server.calls).toHaveLength(2);
  });

  it('and never more than once', async () => {
    server.respond = (_, response) => json(response, 401, refusal('TOKEN_INVALID'));
    expect(await failure(admin.send(calls.getKeyStatus()))).toMatchObject({ httpStatus: 401, code: 'TOKEN_INVALID' });
    expect(server.calls).toHaveLength(2);
  });

  it('that failed for another reason is not repeated: it may have been done', async () => {
    server.respond = (_, response) => response.destroy();
    expect(await failure(admin.send(calls.rotateKeys()))).toMatchObject({ code: 'ANSWER_LOST', message: MAY_BE_DONE });
    expect(server.calls).toHaveLength(1);
  });

  it('nor one whose answer ends in the middle', async () => {
    server.respond = (_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{"id":');
      setImmediate(() => response.destroy());
    };
    expect(await failure(admin.send(calls.rotateKeys()))).toMatchObject({ code: 'ANSWER_LOST', message: MAY_BE_DONE });
    expect(server.calls).toHaveLength(1);
  });

  it.each([
    ['nobody listens', (origin: string) => origin],
    ['no TLS is spoken', (origin: string) => origin.replace('http:', 'https:')],
  ])('that nobody can have read says so: %s', async (what, address) => {
    const other = await adminDouble();
    if (what === 'nobody listens') await other.close();
    const url = address(other.origin);
    const alone = client({ url });
    const error = await failure(alone.send(calls.rotateKeys()));
    expect(error).toMatchObject({ code: 'ADMIN_UNREACHABLE', message: expect.stringContaining(url) });
    alone.close();
    if (what !== 'nobody listens') await other.close();
  });

  it.each<[string, SecureContextOptions]>([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', {}],
    [
      'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    ],
  ])('nor by one that TLS does not come about with: %s', async (code, options) => {
    const other = createServer({ ...newCertificate(), ...options }).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const alone = client({ url: `https://127.0.0.1:${(other.address() as AddressInfo).port}` });
    const error = await failure(alone.send(calls.rotateKeys()));
    alone.close();
    other.close();
    expect(error).toMatchObject({ code: 'ADMIN_UNREACHABLE', message: expect.stringContaining(`(${code})`) });
  });

  it('nor at a port that fetch asks nobody at', async () => {
    const alone = client({ url: 'http://127.0.0.1:6000' });
    const error = await failure(alone.send(calls.rotateKeys()));
    alone.close();
    expect(error).toMatchObject({ code: 'ADMIN_UNREACHABLE', message: expect.stringContaining('(bad port)') });
  });

  it('goes below the path of the address', async () => {
    const below = client({ url: `${server.origin}/mintmark/` });
    await below.send(calls.verifyAudit()).catch(() => undefined);
    below.close();
    expect(server.calls[0]?.path).toBe('/mintmark/admin/v1/audit/verify');
  });
});

describe('a refusal', () => {
  it('carries code, message, request id and what the code has beside them', async () => {
    const problem = { file: 'a.yaml', line: 3, column: 5, path: 'clients[0]', problem: 'p', allowed: null, fix: 'f' };
    server.respond = (_, response) => json(response, 400, refusal('DECLARATION_INVALID', { problems: [problem] }));
    expect(await failure(admin.send(calls.verifyAudit()))).toMatchObject({
      code: 'DECLARATION_INVALID',
      message: 'DECLARATION_INVALID in words.',
      requestId: 'r-7',
      httpStatus: 400,
      problems: [{ file: 'a.yaml', line: 3, fix: 'f' }],
    });
  });

  it('of a conflict says what has changed since', async () => {
    const change = { version: 8, at: AT, actor: 'ann', kind: 'client', action: 'create', id: 'b' };
    const more = { current_version: 8, changes_since: [change] };
    server.respond = (_, response) => json(response, 409, refusal('REGISTRY_CONFLICT', more));
    const error = await failure(admin.send(calls.verifyAudit()));
    expect(error).toMatchObject({ currentVersion: 8, changesSince: [{ version: 8, at: new Date(AT), actor: 'ann' }] });
  });

  it('of a rotation says when it would pass, of an overloaded service when to come back', async () => {
    const more = { not_before: AT, waits_for: 'publish-ahead' };
    server.respond = (_, response) =>
      json(response, 409, refusal('KEYS_ROTATION_TOO_EARLY', more), { 'retry-after': '3' });
    const error = await failure(admin.send(calls.rotateKeys()));
    expect(error).toMatchObject({ notBefore: new Date(AT), waitsFor: 'publish-ahead', retryAfterSeconds: 3 });
  });
});

describe('an answer that is none', () => {
  it.each([
    ['not JSON', 200, 'canary-token', {}],
    ['of another shape', 200, '{"id":"canary-token"}', {}],
    ['a page of a proxy', 502, '<html>canary-token</html>', {}],
    ['a redirect', 307, '', { location: 'http://127.0.0.1:1/' }],
  ])('is refused, and not quoted: %s', async (_, status, body, headers) => {
    server.respond = (__, response) => response.writeHead(status, headers).end(body);
    const error = await failure(admin.send(calls.getClient('orders')));
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', httpStatus: status });
    expect(error.message).not.toContain('canary-token');
  });

  it('does not come: the call is given up', async () => {
    server.respond = () => undefined;
    const hasty = client({ timeoutSeconds: 0.05 });
    expect(await failure(hasty.send(calls.rotateKeys()))).toMatchObject({
      code: 'ADMIN_TIMED_OUT',
      message: MAY_BE_DONE,
    });
    hasty.close();
  });

  it('is not waited for once the caller has lost patience', async () => {
    const patience = new AbortController();
    server.respond = () => patience.abort(new Error('enough'));
    await expect(admin.send(calls.rotateKeys(), { signal: patience.signal })).rejects.toThrow('enough');
  });
});

describe('an address', () => {
  it.each([
    'http://tokens.internal:4003',
    'ftp://127.0.0.1',
    'http://127.0.0.1.evil.example',
    'http://0.0.0.0',
    'no url',
  ])('that would show the token to others is refused: %s', (url) => {
    expect(() => client({ url })).toThrow(TypeError);
  });

  it.each(['https://u:p@tokens.internal', 'https://tokens.internal?x', 'https://tokens.internal#x'])(
    'with more than an address in it is refused: %s',
    (url) => {
      expect(() => client({ url })).toThrow(TypeError);
    },
  );

  it.each(['https://tokens.internal:4003', 'http://localhost:4003', 'http://127.8.0.1', 'http://[::1]:4003'])(
    'that is safe is taken: %s',
    (url) => {
      expect(() => client({ url }).close()).not.toThrow();
    },
  );
});

describe('pagesOf', () => {
  it('asks for one page after the other, to the last', async () => {
    server.respond = ({ path }, response) =>
      json(response, 200, { clients: [orders], next_cursor: path.includes('cursor') ? null : 'orders' });
    let pages = 0;
    for await (const { clients } of pagesOf((cursor) => admin.send(calls.listClients({ cursor }))))
      pages += clients.length;
    expect(pages).toBe(2);
    expect(server.calls.map(({ path }) => path)).toEqual(['/admin/v1/clients', '/admin/v1/clients?cursor=orders']);
  });

  it('ends where a cursor does not move on', async () => {
    server.respond = (_, response) => json(response, 200, { clients: [], next_cursor: 'same' });
    for await (const page of pagesOf((cursor) => admin.send(calls.listClients({ cursor }))))
      expect(page.clients).toEqual([]);
    expect(server.calls).toHaveLength(2);
  });
});
