import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OPERATIONS } from '../../../apps/token-service/src/transport/admin/http/operations.ts';
import { startAdminService, type AdminService, type Answer } from './admin-service.ts';

let service: AdminService;
let kid: string;
beforeAll(async () => {
  service = await startAdminService();
  await post('/clients', { id: 'orders' });
  const { rings } = (await service.call('GET', '/admin/v1/keys')).body as unknown as Keys;
  kid = rings.find(({ ring }) => ring === 'public')!.keys[0]!.kid;
});
afterAll(() => service?.stop());

interface Keys {
  readonly rings: readonly { readonly ring: string; readonly keys: readonly { readonly kid: string }[] }[];
}

const post = (path: string, body: object = {}) => service.call('POST', `/admin/v1${path}`, { body });
const refusal = ({ status, body }: Answer) => [status, body['code'], body['error_description']];
const refused = (place: string, what = 'plan') => [
  400,
  'PARAMETER_INVALID',
  `Nothing is read from the ${place} of this request. Leave out ${what}.`,
];

describe('what a request says and nobody looks at', () => {
  it.each(OPERATIONS.filter(({ query }) => !query).map(({ method, path }) => [method, path] as const))(
    'is refused in the query of %s %s',
    async (method, path) => {
      const url = `/admin/v1${path.replace('{id}', 'orders').replace('{kid}', kid)}?plan=true`;
      const options = method === 'post' ? { body: {} } : {};
      const upper = method.toUpperCase() as 'GET' | 'POST';
      expect(refusal(await service.call(upper, url, options))).toEqual(refused('query'));
    },
  );

  it('has changed nothing then', async () => {
    const { body } = await service.call('GET', '/admin/v1/clients/orders');
    expect(body).toMatchObject({ id: 'orders', disabled: false, secrets: [] });
  });

  it('is refused in a body that nothing is read from', async () => {
    expect(refusal(await post('/audit/verify', { plan: true }))).toEqual(refused('body'));
    expect(refusal(await post('/audit/verify', [1]))).toEqual(refused('body', 'it'));
    expect((await post('/audit/verify')).status).toBe(200);
    expect((await service.call('POST', '/admin/v1/audit/verify')).status).toBe(200);
  });

  it('is refused on the socket of the host, before a secret is made', async () => {
    const path = '/host/v1/clients/orders/secrets';
    const answers = [
      await service.host(path, { expire_others_after_seconds: 0, plan: true }),
      await service.host(`${path}?plan=true`),
      await service.host('/host/v1/keyset/open-epoch', { plan: true }),
    ];
    expect(answers.map(refusal)).toEqual([
      refused('body', 'expire_others_after_seconds, plan'),
      refused('query'),
      refused('body'),
    ]);
    expect((await service.call('GET', '/admin/v1/clients/orders')).body).toMatchObject({ secrets: [] });
    expect((await service.host(path)).status).toBe(201);
  });
});
