import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
