import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ASSERTION_TYPE, newAssertionKey, serviceAccountToken } from '../../clients/assertions.ts';
import { adminToken, startAdminService, type AdminService } from './admin-service.ts';
import { DECLARATION } from './operations/row.ts';

const ALL = 'registry:read, registry:write, registry:admin, keys:read, keys:rotate, tokens:revoke, audit:read';

const OPERATORS = `
apiVersion: mintmark/v1
clients:
  - { id: second, credentials: [{ kind: client_secret }] }
  - { id: operator, credentials: [{ kind: client_secret }] }
policies:
  - { client: second, resource: mintmark-admin, scopes: [registry:read] }
  - { client: operator, resource: mintmark-admin, scopes: [${ALL}] }
`;

let service: AdminService;
beforeAll(async () => (service = await startAdminService()));
afterAll(() => service?.stop());

const post = (path: string, body: object = {}, token?: string) =>
  service.call('POST', `/admin/v1${path}`, { body, ...(token === undefined ? {} : { token }) });
const version = () => service.core.registry.snapshot().version;
const apply = (declaration: string, { prune = false, token }: { prune?: boolean; token?: string } = {}) =>
  post('/registry/apply', { declaration, prune, base_version: version() }, token);
const writer = () => service.token('registry:read registry:write');

describe('who may administer Mintmark', () => {
  const grant = (client: string, scopes: string) =>
    `${DECLARATION}  - { client: ${client}, resource: mintmark-admin, scopes: [${scopes}] }\n`;

  it.each<[string, () => [string, object]]>([
    [
      'a policy on mintmark-admin',
      () => ['/registry/apply', { declaration: grant('orders', 'registry:read'), base_version: version() }],
    ],
    ['a plan of one', () => ['/registry/plan', { declaration: grant('orders', 'registry:read') }]],
    ['disabling an operator', () => ['/clients/second/disable', {}]],
    ['a secret for another operator', () => ['/clients/second/secrets', {}]],
  ])('%s takes registry:admin', async (_, call) => {
    await apply(OPERATORS);
    const refused = await post(...call(), await writer());
    expect([refused.status, refused.body['code']]).toEqual([403, 'REGISTRY_ADMIN_REQUIRED']);
  });

  it('what is revoked of an operator takes registry:admin, to revoke it and to admit it', async () => {
    await apply(OPERATORS.replaceAll('second', 'third'));
    const revoker = () => service.token('tokens:revoke');
    const about = { kind: 'client', id: 'third' };
    const refusals = async () => {
      const asked = [about, { ...about, action: 'admit' }, { ...about, action: 'admit', plan: true }];
      const answers = asked.map(async (body) => post('/revocations', body, await revoker()));
      return (await Promise.all(answers)).map(({ status, body }) => `${status} ${body['code']}`);
    };
    const REFUSED = Array.from({ length: 3 }, () => '403 REGISTRY_ADMIN_REQUIRED');
    expect((await post('/revocations', about)).status).toBe(200);
    expect(await refusals()).toEqual(REFUSED);
    await post('/clients/third/disable');
    expect(await refusals()).toEqual(REFUSED);
    await post('/clients/third/enable');
    expect((await post('/revocations', { ...about, action: 'admit' })).status).toBe(200);
    // One token is not who may administer: whoever sees it leak ends it, and its client gets another.
    const token = { kind: 'token', id: 'x'.repeat(22) };
    expect((await post('/revocations', token, await revoker())).status).toBe(200);
  });

  it('a narrow token gets no secret that gives more', async () => {
    for (const body of [{ expire_others_after_seconds: 0 }, {}, { plan: true }]) {
      const refused = await post('/clients/operator/secrets', body, await writer());
      expect([refused.status, refused.body['code']]).toEqual([403, 'REGISTRY_ADMIN_REQUIRED']);
      expect(refused.text).toContain('every scope you may have');
    }
    await service.token();
  });

  it('an operator without registry:admin renews a secret of their own, with all they may', async () => {
    await apply(OPERATORS.replace('scopes: [registry:read]', 'scopes: [registry:read, registry:write]'));
    const { body } = await post('/clients/second/secrets');
    const second = { id: 'second', secret: String(body['secret']) };
    const narrow = await post('/clients/second/secrets', {}, await adminToken(service.http, second, 'registry:write'));
    expect([narrow.status, narrow.body['code']]).toEqual([403, 'REGISTRY_ADMIN_REQUIRED']);
    const renewed = await post('/clients/second/secrets', {}, await adminToken(service.http, second));
    expect(renewed.status).toBe(201);
    await adminToken(service.http, { id: 'second', secret: String(renewed.body['secret']) });
  });

  it('the last one who may cannot be taken away', async () => {
    const refused = await apply(OPERATORS.replace(', registry:admin', ''));
    expect([refused.status, refused.body['code']]).toEqual([409, 'OPERATOR_REQUIRED']);
  });

  it('a token has no scope that its operator has no more', async () => {
    await apply(OPERATORS.replace('scopes: [registry:read]', 'scopes: [registry:read, audit:read]'));
    const { body } = await post('/clients/second/secrets', { expire_others_after_seconds: 0 });
    const token = await adminToken(service.http, { id: 'second', secret: String(body['secret']) });
    const ask = async (path: string) => (await service.call('GET', `/admin/v1${path}`, { token })).status;
    expect([await ask('/clients'), await ask('/audit')]).toEqual([200, 200]);
    await apply(OPERATORS);
    expect([await ask('/clients'), await ask('/audit')]).toEqual([200, 403]);
    await apply(OPERATORS.replace('  - { client: second, resource: mintmark-admin, scopes: [registry:read] }\n', ''), {
      prune: true,
    });
    expect([await ask('/clients'), await ask('/audit')]).toEqual([401, 401]);
    await apply(OPERATORS);
  });

  it('the token of an operator who is disabled is worth nothing from then on', async () => {
    const { body } = await post('/clients/second/secrets', { expire_others_after_seconds: 0 });
    const token = await adminToken(service.http, { id: 'second', secret: String(body['secret']) });
    expect((await service.call('GET', '/admin/v1/clients', { token })).status).toBe(200);
    await post('/clients/second/disable');
    expect((await service.call('GET', '/admin/v1/clients', { token })).status).toBe(401);
    await post('/clients/second/enable');
  });
});

describe('an operator who is a workload', () => {
  const CLUSTER = 'https://cluster.internal';
  const key = newAssertionKey('RS256');
  const issuerWith = (jwk: object, more = '') =>
    `trustedIssuers:\n  - { issuer: "${CLUSTER}", profile: kubernetes, jwks: { keys: [${JSON.stringify(jwk)}] }${more} }`;
  const WORKLOAD = `{ kind: workload_identity, issuer: "${CLUSTER}", subject: "system:serviceaccount:ops:robot", audience: mintmark }`;
  const ROBOT = `apiVersion: mintmark/v1
${issuerWith(key.jwk)}
clients:
  - { id: robot, credentials: [${WORKLOAD}] }
policies:
  - { client: robot, resource: mintmark-admin, scopes: [registry:read, registry:write] }
`;
  const OTHER = (jwk: object, more = '') => `apiVersion: mintmark/v1
${issuerWith(jwk, more)}
clients:
  - { id: aaa, credentials: [{ kind: client_secret }] }
`;

  beforeAll(async () => {
    expect((await apply(ROBOT)).status).toBe(200);
  });

  /** Whom a token of the workload makes its holder. */
  async function subjectOf(): Promise<unknown> {
    const account = { issuer: CLUSTER, audience: 'mintmark', namespace: 'ops', name: 'robot' };
    const form = new URLSearchParams({ grant_type: 'client_credentials', audience: 'mintmark-admin' });
    form.set('client_assertion_type', ASSERTION_TYPE);
    form.set('client_assertion', serviceAccountToken(key, account));
    const answer = await fetch(`${service.http}/oauth2/token`, { method: 'POST', body: form });
    const { access_token: token = '', code } = (await answer.json()) as { access_token?: string; code?: string };
    const [, payload = ''] = token.split('.');
    return code ?? (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string }).sub;
  }

  it.each([
    ['with registry:admin', undefined],
    ['without it', 'registry:read registry:write'],
  ])('shares its workload with no other client, %s', async (_, scope) => {
    const token = await service.token(scope);
    const declaration = `apiVersion: mintmark/v1
${issuerWith(key.jwk)}
clients:
  - { id: aaa, credentials: [${WORKLOAD}] }
`;
    for (const prune of [false, true]) {
      const refused = await apply(declaration, { prune, token });
      expect([refused.status, refused.body['code']]).toEqual([400, 'DECLARATION_INVALID']);
      expect(refused.body['problems']).toEqual([
        expect.objectContaining({
          line: 5,
          path: 'clients[0].credentials[0]',
          problem: expect.stringContaining('robot'),
        }),
      ]);
    }
    expect(await subjectOf()).toBe('robot');
  });

  it('is in an export that a plan takes', async () => {
    const { text } = await service.call('GET', '/admin/v1/registry/export');
    const { status, body } = await post('/registry/plan', { declaration: text, prune: true });
    expect([status, body['changes']]).toEqual([200, []]);
  });

  it.each<[string, () => string]>([
    ['the keys of its issuer', () => OTHER(newAssertionKey('RS256').jwk)],
    ['that its issuer is trusted', () => OTHER(key.jwk, ', disabled: true')],
    ['how often a token of its issuer may be shown', () => OTHER(key.jwk, ', tokenUse: once')],
    ['its credentials', () => ROBOT.replace(WORKLOAD, '{ kind: client_secret }')],
    ['that it is enabled', () => ROBOT.replace('id: robot,', 'id: robot, disabled: true,')],
  ])('%s takes registry:admin to change', async (_, declaration) => {
    const refused = await apply(declaration(), { token: await writer() });
    expect([refused.status, refused.body['code']]).toEqual([403, 'REGISTRY_ADMIN_REQUIRED']);
  });

  it('is left alone by a prune with a declaration that is not about operators, and so is its issuer', async () => {
    expect((await apply(DECLARATION, { prune: true, token: await writer() })).status).toBe(200);
    expect(await subjectOf()).toBe('robot');
  });

  it('goes with a prune that rules operators, and its issuer too', async () => {
    expect((await apply(OPERATORS, { prune: true })).status).toBe(200);
    expect(service.core.registry.snapshot().issuer(CLUSTER)).toBeUndefined();
    expect(await subjectOf()).toBe('CLIENT_AUTHENTICATION_FAILED');
  });
});
