import { createHash, createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ActiveKey } from '../keys/distribution/held-keys.ts';
import type { AuditEvent } from '../model/audit-event.ts';
import { RequestError } from '../model/errors.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';
import type { AdminToken } from '../ports/admin-tokens.ts';
import { RegistrySnapshot } from '../registry/registry-snapshot.ts';
import { IssueToken } from './issue-token.ts';
import type { TokenRequest } from './token-request.ts';

const NOW = new Date('2026-01-01T00:00:00.750Z');
const digest = (secret: string) => createHmac('sha256', 'k').update(secret).digest();

const STORED: StoredRegistry = {
  version: 1,
  issuers: [],
  resources: [
    {
      id: 'inventory',
      audience: 'inventory',
      scopes: ['stock:read'],
      tokenLifetimeSeconds: 300,
      signingAlgorithm: 'ES256',
      senderConstraint: 'none',
    },
  ],
  clients: [
    {
      id: 'orders',
      disabled: false,
      credentials: [{ kind: 'client_secret' }],
      secrets: [{ id: 's1', digest: digest('right'), digestKeyId: 'k', createdAt: NOW, expiresAt: null }],
    },
    {
      id: 'operator',
      disabled: false,
      credentials: [{ kind: 'client_secret' }],
      secrets: [{ id: 's2', digest: digest('right'), digestKeyId: 'k', createdAt: NOW, expiresAt: null }],
    },
  ],
  policies: [
    { id: 'orders/inventory', client: 'orders', resource: 'inventory', scopes: ['stock:read'] },
    { id: 'operator/mintmark-admin', client: 'operator', resource: 'mintmark-admin', scopes: ['registry:read'] },
  ],
};

const [orders, operator] = STORED.clients;
const registry = new RegistrySnapshot(STORED);
const withOrders = (changes: object) =>
  new RegistrySnapshot({ ...STORED, version: 2, clients: [{ ...orders!, ...changes }, operator!] });

/** The one that requests are decided on, and what follows it while one is. */
let snapshots: [RegistrySnapshot, ...RegistrySnapshot[]];
/** The order in which things happened. */
let story: string[];
let recorded: AuditEvent[];
let key: ActiveKey;
let adminTokens: AdminToken[];
let uses: string[];
let counted: string[];
let recordAdminToken: () => Promise<void>;
let release: (token: string) => string;
let append: () => Promise<void>;

beforeEach(() => {
  snapshots = [registry];
  story = [];
  recorded = [];
  adminTokens = [];
  uses = [];
  counted = [];
  recordAdminToken = () => Promise.resolve();
  release = (token) => token;
  append = () => Promise.resolve();
  key = {
    kid: 'key-1',
    algorithm: 'ES256',
    latestExpiry: new Date(NOW.getTime() + 3_600_000),
    maxTokenLifetimeSeconds: 900,
    // What signs is not the matter here, so any key that does.
    sign: (input) => {
      story.push('signed');
      return signed(input);
    },
  };
});

function signed(input: Uint8Array): Uint8Array {
  return createHmac('sha256', 'signature').update(input).digest();
}

function issueToken(): IssueToken {
  return new IssueToken({
    issuer: 'https://tokens.internal',
    timeStepSeconds: 1,
    registry: { snapshot: () => (snapshots.length > 1 ? snapshots.shift()! : snapshots[0]) },
    keys: {
      active: () => key,
      activeOrOther: (algorithm) => ({ ...key, kid: `any-key-but-rather-${algorithm}` }),
      release: (token) => {
        story.push('released');
        return release(token);
      },
    },
    adminKeys: {
      active: () => ({ ...key, kid: 'admin-key-1' }),
      activeOrOther: () => key,
      release: (token) => {
        story.push('released by the admin ring');
        return release(token);
      },
    },
    adminTokens: {
      record: async (token) => {
        await recordAdminToken();
        story.push('admin token recorded');
        adminTokens.push(token);
      },
    },
    observer: { issued: () => void counted.push('issued'), denied: (code) => void counted.push(code) },
    secretUsage: { used: (secretId) => void uses.push(secretId) },
    remoteKeys: { find: async () => 'unavailable' },
    replayGuard: { claim: async () => true },
    assertionSeconds: 60,
    keyUsage: { signed: () => undefined },
    digests: { keyId: 'k', digest, digestWith: (_keyId, secret) => digest(secret) },
    audit: {
      append: async (event) => {
        await append();
        story.push('recorded');
        recorded.push(event);
      },
    },
    clock: { now: () => NOW, monotonic: () => 0 },
    ids: { next: () => 'token-id-1' },
  });
}

function request(secret = 'right', own: Partial<TokenRequest> = {}): TokenRequest {
  return {
    requestId: 'r1',
    evidence: { found: [{ kind: 'client_secret_post', secret }], clientId: 'orders' },
    ...own,
  };
}

const refusal = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'issued',
    (error: unknown) => (error instanceof RequestError ? error.code : String(error)),
  );

describe('IssueToken', () => {
  it('signs, records, and only then lets the token go', async () => {
    let flush = () => undefined as void;
    append = () => new Promise((resolve) => (flush = () => resolve()));
    const issuing = issueToken().execute(request());
    await new Promise((resolve) => setImmediate(resolve));
    expect(story).toEqual(['signed']); // the record is not durable yet
    flush();
    await issuing;
    expect(story).toEqual(['signed', 'recorded', 'released']);
  });

  it('gives exactly the header and claims of RFC 9068, times in whole seconds', async () => {
    const { accessToken, expiresInSeconds, scopes } = await issueToken().execute(request());
    const [header = '', payload = '', signature = ''] = accessToken.split('.');
    const iat = Math.floor(NOW.getTime() / 1000);
    expect(Buffer.from(header, 'base64url').toString()).toBe('{"alg":"ES256","kid":"key-1","typ":"at+jwt"}');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual({
      iss: 'https://tokens.internal',
      sub: 'orders',
      client_id: 'orders',
      aud: 'inventory',
      scope: 'stock:read',
      iat,
      exp: iat + 300,
      jti: 'token-id-1',
    });
    expect(signature).toBe(Buffer.from(signed(Buffer.from(`${header}.${payload}`))).toString('base64url'));
    expect({ expiresInSeconds, scopes }).toEqual({ expiresInSeconds: 300, scopes: ['stock:read'] });
  });

  it('records who got what, by which rule and key, and never the token', async () => {
    const { accessToken } = await issueToken().execute(request());
    expect(recorded).toEqual([
      {
        event: 'token.issued',
        time: NOW,
        requestId: 'r1',
        client: 'orders',
        method: 'client_secret_post',
        credentialId: 's1',
        resource: 'inventory',
        scopes: ['stock:read'],
        jti: 'token-id-1',
        kid: 'key-1',
        expiresAt: new Date((Math.floor(NOW.getTime() / 1000) + 300) * 1000),
        rule: 'orders/inventory',
      },
    ]);
    expect(JSON.stringify(recorded)).not.toContain(accessToken.split('.')[2]);
  });

  it('signs tokens for those who watch the key set with whatever algorithm signs, and no others', async () => {
    const [inventory] = STORED.resources;
    const resources = [{ ...inventory!, operatedBy: 'orders' }];
    snapshots = [new RegistrySnapshot({ ...STORED, resources })];
    await issueToken().execute(request('right', { target: { audience: 'mintmark-keyset' } }));
    await issueToken().execute(request());
    expect(recorded).toMatchObject([{ kid: 'any-key-but-rather-ES256' }, { kid: 'key-1' }]);
  });

  it('gives no token whose record failed', async () => {
    append = () => Promise.reject(new RequestError('AUDIT_UNAVAILABLE', 'disk full'));
    expect(await refusal(issueToken().execute(request()))).toBe('AUDIT_UNAVAILABLE');
    expect(story).not.toContain('released');
  });

  it('gives no token whose key may no longer sign when it is ready', async () => {
    release = () => {
      throw new RequestError('SIGNING_LEASE_LAPSED', 'too late');
    };
    expect(await refusal(issueToken().execute(request()))).toBe('SIGNING_LEASE_LAPSED');
  });

  it('gives no token that would outlive what its key covers, to the second', async () => {
    const exp = (Math.floor(NOW.getTime() / 1000) + 300) * 1000;
    key = { ...key, latestExpiry: new Date(exp) };
    expect(await refusal(issueToken().execute(request()))).toBe('issued');
    key = { ...key, latestExpiry: new Date(exp - 1) };
    expect(await refusal(issueToken().execute(request()))).toBe('SIGNING_SEALED');
    expect(story.filter((step) => step === 'signed')).toHaveLength(1);
  });

  it('gives none to a client that was disabled while it proved who it is, nor what was taken from it', async () => {
    snapshots = [registry, withOrders({ disabled: true })];
    expect(await refusal(issueToken().execute(request()))).toBe('CLIENT_AUTHENTICATION_FAILED');
    expect(recorded).toMatchObject([{ event: 'token.denied', client: 'orders', reason: 'client-disabled' }]);
    snapshots = [registry, new RegistrySnapshot({ ...STORED, version: 2, policies: [] })];
    expect(await refusal(issueToken().execute(request()))).not.toBe('issued');
    expect(story).not.toContain('signed');
  });

  it('gives none to a client that was disabled or removed while the record was written', async () => {
    const { clients, ...others } = STORED;
    const removed = new RegistrySnapshot({ ...others, clients: clients.filter(({ id }) => id !== 'orders') });
    for (const [changed, reason] of [
      [withOrders({ disabled: true }), 'client-disabled'],
      [removed, 'client-unknown'],
    ] as const) {
      snapshots = [registry];
      append = async () => void (snapshots = [changed]);
      expect(await refusal(issueToken().execute(request()))).toBe('CLIENT_AUTHENTICATION_FAILED');
      expect(recorded.at(-1)).toMatchObject({ event: 'token.denied', client: 'orders', reason });
    }
    expect(story).not.toContain('released');
  });

  it("gives no token longer than its key's longest", async () => {
    key = { ...key, maxTokenLifetimeSeconds: 299 };
    expect(await refusal(issueToken().execute(request()))).toBe('SIGNING_SEALED');
  });

  it('records each denial before it is answered, with the client as claimed', async () => {
    expect(
      await refusal(issueToken().execute(request('wrong', { target: { audience: 'inventory' }, scopes: ['x'] }))),
    ).toBe('CLIENT_AUTHENTICATION_FAILED');
    expect(recorded).toEqual([
      {
        event: 'token.denied',
        time: NOW,
        requestId: 'r1',
        code: 'CLIENT_AUTHENTICATION_FAILED',
        client: 'orders',
        method: 'client_secret_post',
        reason: 'secret-wrong',
        target: 'inventory',
        scopes: ['x'],
      },
    ]);
  });

  it.each<[string, Partial<TokenRequest>, object]>([
    [
      'a scope that no policy grants',
      { target: { audience: 'inventory' }, scopes: ['stock:write'] },
      {
        ...{ code: 'SCOPE_DENIED', target: 'inventory', resource: 'inventory', scopes: ['stock:write'] },
        rule: 'orders/inventory',
      },
    ],
    [
      'a resource that no policy names',
      { target: { audience: 'mintmark-admin' } },
      {
        ...{ code: 'RESOURCE_DENIED', target: 'mintmark-admin', resource: 'mintmark-admin', rule: 'no policy' },
        reason: 'no policy names this client and resource',
      },
    ],
    [
      'a resource that is none',
      { target: { resource: 'https://elsewhere' } },
      {
        ...{ code: 'RESOURCE_DENIED', target: 'https://elsewhere', rule: 'no policy' },
        reason: 'no such resource',
      },
    ],
  ])('records of a client that is known who was denied %s, and by which rule', async (_, asked, denial) => {
    const known = { client: 'orders', method: 'client_secret_post', credentialId: 's1' };
    await refusal(issueToken().execute(request('right', asked)));
    expect(recorded).toEqual([{ event: 'token.denied', time: NOW, requestId: 'r1', ...known, ...denial }]);
  });

  it('records a request that cannot be read', async () => {
    const unreadable = () => {
      throw new RequestError('GRANT_TYPE_UNSUPPORTED', 'another');
    };
    expect(await refusal(issueToken().read('r1', unreadable))).toBe('GRANT_TYPE_UNSUPPORTED');
    expect(recorded).toEqual([{ event: 'token.denied', time: NOW, requestId: 'r1', code: 'GRANT_TYPE_UNSUPPORTED' }]);
    expect(counted).toEqual(['GRANT_TYPE_UNSUPPORTED']);
  });

  it('says that it cannot record, rather than deny without a record', async () => {
    append = () => Promise.reject(new RequestError('AUDIT_UNAVAILABLE', 'disk full'));
    expect(await refusal(issueToken().execute(request('wrong')))).toBe('AUDIT_UNAVAILABLE');
  });

  it('counts each request once: issued, or denied with its code', async () => {
    await refusal(issueToken().execute(request()));
    await refusal(issueToken().execute(request('wrong')));
    release = () => {
      throw new RequestError('SIGNING_LEASE_LAPSED', 'too late');
    };
    await refusal(issueToken().execute(request()));
    append = () => Promise.reject(new Error('a fault of ours'));
    await refusal(issueToken().execute(request()));
    expect(counted).toEqual(['issued', 'CLIENT_AUTHENTICATION_FAILED', 'SIGNING_LEASE_LAPSED', 'INTERNAL']);
  });

  it('notes which secret was used, whatever became of the request, and none that proved nothing', async () => {
    await issueToken().execute(request());
    await refusal(issueToken().execute(request('right', { scopes: ['stock:write'] })));
    await refusal(issueToken().execute(request('wrong')));
    expect(uses).toEqual(['s1', 's1']);
  });

  describe('for the admin API', () => {
    const evidence = { found: [{ kind: 'client_secret_post' as const, secret: 'right' }], clientId: 'operator' };
    const asOperator = () => issueToken().execute(request('right', { evidence }));

    it('signs with the admin ring alone, and keeps a record of the token before it leaves', async () => {
      const { accessToken } = await asOperator();
      const [header = ''] = accessToken.split('.');
      expect(Buffer.from(header, 'base64url').toString()).toContain('"kid":"admin-key-1"');
      expect(story).toEqual(['signed', 'admin token recorded', 'recorded', 'released by the admin ring']);
      const expiresAt = new Date((Math.floor(NOW.getTime() / 1000) + 300) * 1000);
      const sha256 = createHash('sha256').update(accessToken).digest('base64url');
      expect(adminTokens).toEqual([{ jti: 'token-id-1', clientId: 'operator', expiresAt, digest: sha256 }]);
    });

    it('gives no token that could not be recorded', async () => {
      recordAdminToken = () => Promise.reject(new RequestError('STORAGE_UNAVAILABLE', 'disk full'));
      expect(await refusal(asOperator())).toBe('STORAGE_UNAVAILABLE');
      expect(story).not.toContain('released by the admin ring');
    });

    it('a token for any other resource is not in that record', async () => {
      await issueToken().execute(request());
      expect(adminTokens).toEqual([]);
    });
  });
});
