import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askForToken, startAdminService, type AdminService, type Answer } from './admin-service.ts';
import { DECLARATION } from './operations/row.ts';

const WITH_BILLING = DECLARATION.replace('resources:', 'resources:\n  - id: billing\n    scopes: [read]');

describe('the registry, changed over the admin API', () => {
  let service: AdminService;
  beforeAll(async () => (service = await startAdminService()));
  afterAll(() => service?.stop());

  const post = (path: string, body: object = {}, token?: string) =>
    service.call('POST', `/admin/v1${path}`, { body, ...(token === undefined ? {} : { token }) });
  const plan = (declaration: string, prune = false) => post('/registry/plan', { declaration, prune });
  const applyOn = (base_version: number, declaration: string, prune = false) =>
    post('/registry/apply', { declaration, prune, base_version });
  const version = () => service.core.registry.snapshot().version;
  const apply = (declaration: string, prune = false) => applyOn(version(), declaration, prune);
  const changesOf = ({ body }: Answer) =>
    (body['changes'] as unknown as { action: string; kind: string; id: string }[]).map(
      ({ action, kind, id }) => `${action} ${kind} ${id}`,
    );

  it('a plan says what an apply then does, and changes nothing itself', async () => {
    const before = version();
    const planned = await plan(DECLARATION);
    expect([planned.status, version()]).toEqual([200, before]);
    expect(changesOf(planned)).toEqual([
      'create resource inventory',
      'create client orders',
      'create client reports',
      'create policy orders/inventory',
      'create policy reports/inventory',
    ]);
    const applied = await applyOn(planned.body['base_version']!, DECLARATION);
    expect(changesOf(applied)).toEqual(changesOf(planned));
    expect(applied.body['version']).toBe(before + 1);
    expect(changesOf(await plan(DECLARATION))).toEqual([]);
  });

  it('two concurrent applies: one wins, the other is told what changed', async () => {
    const base = version();
    const other = DECLARATION.replace('clients:', 'clients:\n  - id: late\n    credentials: [{ kind: client_secret }]');
    const answers = await Promise.all([applyOn(base, WITH_BILLING), applyOn(base, other)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const lost = answers.find(({ status }) => status === 409)!;
    expect(lost.body).toMatchObject({ code: 'REGISTRY_CONFLICT', current_version: base + 1 });
    const since = lost.body['changes_since'] as unknown as object[];
    expect(since).toEqual([
      expect.objectContaining({
        version: base + 1,
        actor: 'operator',
        action: 'create',
        id: expect.stringMatching(/^(billing|late)$/),
      }),
    ]);
    const winner = answers.indexOf(lost) === 0 ? 'late' : 'billing';
    expect(lost.body['error_description']).toContain(`create`);
    const { clients, resources } = await idsOf();
    expect([clients.includes('late'), resources.includes('billing')]).toEqual([
      winner === 'late',
      winner === 'billing',
    ]);
  });

  async function idsOf(): Promise<{ clients: string[]; resources: string[] }> {
    const clients = (await service.call('GET', '/admin/v1/clients')).body['clients'] as unknown as { id: string }[];
    const resources = (await service.call('GET', '/admin/v1/resources')).body['resources'] as unknown as {
      id: string;
    }[];
    return { clients: clients.map(({ id }) => id), resources: resources.map(({ id }) => id) };
  }

  it('removes nothing without prune, and with it everything undeclared but the operators', async () => {
    await apply(WITH_BILLING);
    await apply(DECLARATION);
    expect((await idsOf()).resources).toContain('billing');
    await apply(DECLARATION, true);
    expect(await idsOf()).toEqual({
      clients: ['operator', 'orders', 'reports'],
      resources: ['inventory', 'mintmark-admin', 'mintmark-keyset'],
    });
    expect((await service.call('GET', '/admin/v1/clients')).status).toBe(200);
  });

  it('answers with nothing that may be stored on the way', async () => {
    const answers = [await post('/clients/orders/secrets'), await service.call('GET', '/admin/v1/clients/nobody')];
    expect(answers.map(({ status, headers }) => [status, headers['cache-control']])).toEqual([
      [201, 'no-store'],
      [404, 'no-store'],
    ]);
  });

  it('exports what applying would not change', async () => {
    const { text, headers } = await service.call('GET', '/admin/v1/registry/export');
    expect(headers['content-type']).toContain('yaml');
    expect(changesOf(await plan(text, true))).toEqual([]);
    expect(text).toContain('resource: mintmark-admin');
  });

  it('refuses a declaration whole, with every problem, its place and the fix', async () => {
    const before = version();
    const wrong = DECLARATION.replace('resource: inventory', 'resource: inventroy').replace(
      'id: reports',
      'id: Reports',
    );
    const refused = await post('/registry/apply', { declaration: wrong, base_version: before, file_name: 'shop.yaml' });
    expect([refused.status, refused.body['code'], version()]).toEqual([400, 'DECLARATION_INVALID', before]);
    const problems = refused.body['problems'] as unknown as Record<string, unknown>[];
    expect(problems.length).toBeGreaterThanOrEqual(2);
    for (const problem of problems) {
      expect(problem).toMatchObject({ file: 'shop.yaml', line: expect.any(Number), fix: expect.stringMatching(/./) });
    }
  });

  it.each([
    ['a field it does not know', { declaration: DECLARATION, base_version: 0, force: true }, 'PARAMETER_INVALID', 400],
    ['no version', { declaration: DECLARATION }, 'PARAMETER_INVALID', 400],
    ['no declaration', { base_version: 0 }, 'PARAMETER_INVALID', 400],
    ['a body over the limit', { declaration: 'x'.repeat(25 * 1024 * 1024), base_version: 0 }, 'REQUEST_TOO_LARGE', 413],
    ['an anchor bomb', { declaration: 'a: &a [1]\nb: [*a,*a,*a]', base_version: 0 }, 'DECLARATION_INVALID', 400],
  ])('refuses %s', async (_, body, code, status) => {
    const refused = await post('/registry/apply', body);
    expect([refused.body['code'], refused.status]).toEqual([code, status]);
  });

  it('refuses a URI that another resource of the registry has', async () => {
    const withUri = (id: string) =>
      `apiVersion: mintmark/v1\nresources:\n  - { id: ${id}, uri: "https://one.internal", scopes: [read] }\n`;
    expect((await apply(withUri('one'))).status).toBe(200);
    const refused = await apply(withUri('two'));
    expect([refused.status, refused.body['code']]).toEqual([400, 'DECLARATION_INVALID']);
    expect(refused.body['problems']).toEqual([
      expect.objectContaining({ line: 3, column: 21, problem: expect.stringContaining('"one"') }),
    ]);
    expect((await apply(withUri('two'), true)).status).toBe(200);
    await apply(DECLARATION, true);
  });

  it('a disabled client gets nothing from the moment the answer is there, and again when enabled', async () => {
    const { body } = await post('/clients/orders/secrets');
    const orders = { id: 'orders', secret: String(body['secret']) };
    const ask = async () => (await askForToken(service.http, orders, { audience: 'inventory' })).status;
    expect(await ask()).toBe(200);
    expect((await post('/clients/orders/disable')).body).toMatchObject({ id: 'orders', disabled: true });
    expect(await ask()).toBe(401);
    await post('/clients/orders/enable');
    expect(await ask()).toBe(200);
  });

  it('a client that is disabled while it is admitted stays out', async () => {
    const token = await service.token();
    for (let round = 0; round < 10; round += 1) {
      const id = `raced-${round}`;
      await post('/clients', { id }, token);
      await post('/revocations', { kind: 'client', id }, token);
      const admitted = post('/revocations', { action: 'admit', kind: 'client', id }, token);
      await Promise.all([admitted, post(`/clients/${id}/disable`, {}, token)]);
      const { body } = await service.call('GET', '/admin/v1/revocations?limit=1000', { token });
      expect(body['revocations']).toContainEqual(expect.objectContaining({ id, issued_before: null }));
    }
  });

  it('rotates a credential without a failed call: old and new overlap, and last use is known', async () => {
    const first = await post('/clients/reports/secrets');
    const ask = async ({ body }: Answer) =>
      (await askForToken(service.http, { id: 'reports', secret: String(body['secret']) }, { audience: 'inventory' }))
        .status;
    expect(await ask(first)).toBe(200);
    const second = await post('/clients/reports/secrets', { expire_others_after_seconds: 3600 });
    expect(second.body).toMatchObject({ client_id: 'reports', expires_others_at: expect.any(String) });
    expect([await ask(first), await ask(second)]).toEqual([200, 200]);
    const third = await post('/clients/reports/secrets');
    expect([third.status, third.body['code']]).toEqual([409, 'SECRETS_EXHAUSTED']);

    const { secrets } = (await service.call('GET', '/admin/v1/clients/reports')).body as unknown as {
      secrets: { id: string; last_used_at: string | null; expires_at: string | null }[];
    };
    expect(secrets.map(({ id }) => id)).toEqual([first.body['secret_id'], second.body['secret_id']]);
    for (const { last_used_at } of secrets) expect(Date.parse(last_used_at ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect(secrets.map(({ expires_at }) => expires_at)).toEqual([second.body['expires_others_at'], null]);

    const fourth = await post('/clients/reports/secrets', { expire_others_after_seconds: 0 });
    expect([await ask(first), await ask(second), await ask(fourth)]).toEqual([401, 401, 200]);
  });

  it('puts a secret in place of one that got lost, without a failed call', async () => {
    await post('/clients', { id: 'careless' });
    const used = await post('/clients/careless/secrets');
    const lost = await post('/clients/careless/secrets');
    const ask = async ({ body }: Answer) => {
      const client = { id: 'careless', secret: String(body['secret']) };
      return (await askForToken(service.http, client, { audience: 'inventory' })).body;
    };
    const refused = await post('/clients/careless/secrets');
    expect(refused.body['code']).toBe('SECRETS_EXHAUSTED');
    expect(String(refused.body['error_description'])).toContain(String(lost.body['secret_id']));

    const found = await post('/clients/careless/secrets', { replace_secret_id: lost.body['secret_id'] });
    expect(found.status).toBe(201);
    const codes = (await Promise.all([used, lost, found].map(ask))).map(({ code }) => code);
    expect(codes).toEqual(['RESOURCE_DENIED', 'CLIENT_AUTHENTICATION_FAILED', 'RESOURCE_DENIED']);
    const again = await post('/clients/careless/secrets', { replace_secret_id: lost.body['secret_id'] });
    expect([again.status, again.body['code']]).toEqual([400, 'PARAMETER_INVALID']);
  });

  it('shows no digest and no secret to whoever looks', async () => {
    const { text } = await service.call('GET', '/admin/v1/clients');
    expect(text).not.toMatch(/digest|mmcs_/);
  });

  it('a dry run leaves no trace but its audit line', async () => {
    const before = version();
    const planned = [
      await post('/clients', { id: 'ghost', plan: true }),
      await post('/clients/orders/disable', { plan: true }),
      await post('/clients/orders/secrets', { plan: true, expire_others_after_seconds: 0 }),
    ];
    expect(planned.map(({ status }) => status)).toEqual([201, 200, 201]);
    expect(planned[2]!.body).toMatchObject({ secret: null, secret_id: null });
    expect(version()).toBe(before);
    expect((await service.call('GET', '/admin/v1/clients/ghost')).status).toBe(404);
  });
});
