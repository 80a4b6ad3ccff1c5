import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { GrpcAdmin } from './call-both.ts';
import { sql } from 'kysely';
import { startAdminService, type AdminService } from './admin-service.ts';
import { DECLARATION } from './operations/row.ts';

const folder = mkdtempSync(join(tmpdir(), 'mintmark-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface KeyBody {
  readonly kid: string;
  readonly state: string;
  readonly next: { readonly transition: string; readonly waits_for: string | null } | null;
}

async function keysOf(service: AdminService, ring: string): Promise<readonly KeyBody[]> {
  const { body } = await service.call('GET', '/admin/v1/keys');
  const rings = body['rings'] as unknown as { ring: string; keys: readonly KeyBody[] }[];
  return rings.find((each) => each.ring === ring)?.keys ?? [];
}

describe('keys, over the admin API', () => {
  let service: AdminService;
  // Two seconds ahead is unsafe for verifiers that poll; here there are none.
  const settings = { MINTMARK_PUBLISH_AHEAD: '2s', MINTMARK_UNSAFE_TIMING: 'true' };
  beforeAll(async () => (service = await startAdminService({ settings })));
  afterAll(() => service?.stop());

  const rotate = (body: object = {}) => service.call('POST', '/admin/v1/keys/rotate', { body });

  it.each(['public', 'admin'])(
    'of the %s ring: plan, wait, rotate',
    async (ring) => {
      const before = await keysOf(service, ring);
      const standby = before.find(({ state }) => state === 'published');
      expect(before.find(({ state }) => state === 'active')?.next).toMatchObject({ transition: 'deactivate' });
      const planned = await rotate({ ring, plan: true });
      expect(planned.body).toMatchObject({ planned: true, ring, active_kid: standby?.kid });
      const refusal = planned.body['refusal'] as unknown as { code: string } | null;
      expect([null, 'KEYS_ROTATION_TOO_EARLY']).toContain(refusal && refusal.code);
      const timeline = planned.body['timeline'] as unknown as { at: string; transition: string }[];
      expect(timeline.map(({ at }) => at)).toEqual(timeline.map(({ at }) => at).toSorted());
      expect(timeline.map(({ transition }) => transition)).toEqual(
        expect.arrayContaining(['activate', 'deactivate', 'publish', 'destroy']),
      );
      expect((await keysOf(service, ring)).find(({ state }) => state === 'published')?.kid).toBe(standby?.kid);

      let done = await rotate({ ring });
      for (let tries = 0; done.status === 409 && tries < 400; tries++) {
        expect(done.body).toMatchObject({ code: 'KEYS_ROTATION_TOO_EARLY', waits_for: 'publish-ahead' });
        await new Promise((resolve) => setTimeout(resolve, 25));
        done = await rotate({ ring });
      }
      expect(done.body).toMatchObject({ planned: false, active_kid: standby?.kid });
      const after = await keysOf(service, ring);
      expect(after.find(({ state }) => state === 'active')?.kid).toBe(standby?.kid);
      // Tokens go on being issued and taken, with the new key.
      expect((await service.call('GET', '/admin/v1/clients')).status).toBe(200);
    },
    30_000,
  );
});

describe('each step of a key, over the admin API', () => {
  let service: AdminService;
  // A tenth of a second ahead, scaled: here there are no verifiers to wait for.
  const settings = { MINTMARK_PUBLISH_AHEAD: '1s', MINTMARK_UNSAFE_TIMING: 'true', MINTMARK_TIME_SCALE: '10' };
  beforeAll(async () => (service = await startAdminService({ settings })));
  afterAll(() => service?.stop());

  const kidOf = async (state: string) =>
    (await keysOf(service, 'public')).find((key) => key.state === state)?.kid ?? '';
  const change = (kid: string, verb: string, body: object = {}) =>
    service.call('POST', `/admin/v1/keys/${kid}/${verb}`, { body });
  const eventually = async (act: () => Promise<{ status: number; body: Record<string, unknown> }>) => {
    let answer = await act();
    for (let tries = 0; answer.status === 409 && tries < 200; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      answer = await act();
    }
    return answer;
  };

  it('has the timing that is unsafe in the audit trail', async () => {
    const { body } = await service.call('GET', '/admin/v1/audit?limit=1000');
    const events = body['events'] as unknown as Record<string, unknown>[];
    expect(events.filter(({ event }) => event === 'timing.unsafe')).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('Publish at least') }),
    ]);
  });

  it('activate: the standby named signs, and the second to ask is told that it is done', async () => {
    const isPrepared = async () => (await kidOf('published')) !== '';
    for (let tries = 0; !(await isPrepared()) && tries < 400; tries++)
      await new Promise((resolve) => setTimeout(resolve, 25));
    const [active, standby] = [await kidOf('active'), await kidOf('published')];
    const done = await eventually(() => change(standby, 'activate'));
    expect(done.body).toMatchObject({ planned: false, active_kid: standby, retired_kid: active });
    expect((await change(standby, 'activate')).body).toMatchObject({ code: 'KEYS_ALREADY_DONE', state: 'active' });
    expect((await change(active, 'deactivate')).body).toMatchObject({ code: 'KEYS_ALREADY_DONE' });
  });

  it('of two operators at once one is told that the other was faster', async () => {
    await eventually(async () => ({ status: (await kidOf('published')) ? 200 : 409, body: {} }));
    const standby = await kidOf('published');
    await eventually(() => change(standby, 'activate', { plan: true }));
    await new Promise((resolve) => setTimeout(resolve, 120));
    const answers = await Promise.all([1, 2, 3].map(() => change(standby, 'activate')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const codes = answers.filter(({ status }) => status === 409).map(({ body }) => body['code']);
    expect(codes).toEqual(['KEYS_ALREADY_DONE', 'KEYS_ALREADY_DONE']);
  });

  it('deactivate: hands over to the standby', async () => {
    const active = await kidOf('active');
    const done = await eventually(() => change(active, 'deactivate'));
    expect(done.body).toMatchObject({ retired_kid: active });
    expect(await kidOf('active')).not.toBe(active);
  });

  it('destroy: a standby is given up, and another one is made', async () => {
    await eventually(async () => ({ status: (await kidOf('published')) ? 200 : 409, body: {} }));
    const standby = await kidOf('published');
    const planned = await change(standby, 'destroy', { plan: true });
    expect(planned.body).toMatchObject({ planned: true, timeline: expect.arrayContaining([expect.anything()]) });
    expect(await kidOf('published')).toBe(standby);
    expect((await change(standby, 'destroy')).status).toBe(200);
    expect((await change(standby, 'destroy')).body).toMatchObject({ code: 'KEYS_KID_UNKNOWN' });
    await eventually(async () => ({ status: (await kidOf('published')) ? 200 : 409, body: {} }));
    expect(await kidOf('published')).not.toBe(standby);
  });

  it('destroy: a retired key only when its last token is dead', async () => {
    const retired = await kidOf('deactivated');
    expect((await change(retired, 'destroy')).body).toMatchObject({
      code: 'KEYS_DESTRUCTION_TOO_EARLY',
      kid: retired,
      not_before: expect.any(String),
      waits_for: 'last-token',
    });
  });

  it('prepare: says that the schedule was faster', async () => {
    expect((await service.call('POST', '/admin/v1/keys/prepare')).body).toMatchObject({ code: 'KEYS_ALREADY_DONE' });
  });

  it('compromise: the key is out of the key set, and tokens of it are refused', async () => {
    const isPrepared = async () => (await kidOf('published')) !== '';
    for (let tries = 0; !(await isPrepared()) && tries < 400; tries++)
      await new Promise((resolve) => setTimeout(resolve, 25));
    const [active, standby] = [await kidOf('active'), await kidOf('published')];
    const order = { reason: 'a drill', without_standby: 'fresh-key' };
    const planned = await change(active, 'compromise', { ...order, plan: true });
    expect(planned.body).toMatchObject({ planned: true, rings: [{ compromised: [{ kid: active, state: 'active' }] }] });
    expect(await kidOf('active')).toBe(active);
    const { status, body } = await change(active, 'compromise', order);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      rings: [{ ring: 'public', compromised: [{ kid: active }], successions: [{ by: 'standby', kid: standby }] }],
      bounds: { stream_seconds: 0.2, polling_seconds: 7, cut_off_seconds: 30, foreign_seconds: 300 },
    });
    const served = (await (await fetch(`${service.http}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] };
    expect(served.keys.map(({ kid }) => kid)).not.toContain(active);
    expect((await change(active, 'compromise', order)).body).toMatchObject({ code: 'KEYS_ALREADY_DONE' });
    for (let tries = 0; !(await isPrepared()) && tries < 400; tries++)
      await new Promise((resolve) => setTimeout(resolve, 25));
  });

  it('leaves one event for each transition, with the name of who wanted it', async () => {
    const { db } = service.core.database;
    const events = await db.selectFrom('key_event').selectAll().where('issuer', '=', service.issuer).execute();
    expect(new Set(events.map(({ version }) => version)).size).toBe(events.length);
    const wanted = events.filter(({ actor }) => actor === 'operator');
    expect(wanted.map(({ transition }) => transition)).toEqual([
      ...['activate', 'activate', 'activate', 'destroy', 'compromise'],
    ]);
    const reasons = wanted.map(({ reason }) => reason);
    expect(new Set(reasons.slice(0, 4))).toEqual(new Set(['asked for by an operator']));
    expect(reasons[4]).toMatch(/^compromised \(key\): a drill/);
  });

  it('records every refusal with its code', async () => {
    const { body } = await service.call('GET', '/admin/v1/audit?limit=1000');
    const events = body['events'] as unknown as Record<string, unknown>[];
    const denied = events.filter(({ action, outcome }) => String(action).startsWith('keys.') && outcome === 'denied');
    expect(denied.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['KEYS_ALREADY_DONE', 'KEYS_KID_UNKNOWN', 'KEYS_DESTRUCTION_TOO_EARLY']),
    );
  });

  it('with the database gone: 503, and nothing half done', async () => {
    const token = await service.token();
    const before = await keysOf(service, 'public');
    const standby = before.find(({ state }) => state === 'published')?.kid ?? '';
    await new Promise((resolve) => setTimeout(resolve, 150));
    const { db } = service.core.database;
    await sql`pragma query_only = on`.execute(db);
    const answer = await service.call('POST', `/admin/v1/keys/${standby}/activate`, { token, body: {} });
    await sql`pragma query_only = off`.execute(db);
    expect([answer.status, answer.body['code'], answer.headers['retry-after']]).toEqual([
      503,
      'STORAGE_UNAVAILABLE',
      '1',
    ]);
    expect((await keysOf(service, 'public')).map(({ kid, state }) => [kid, state])).toEqual(
      before.map(({ kid, state }) => [kid, state]),
    );
  });
});

describe('the audit trail, over the admin API', () => {
  const dataDir = join(folder, 'service');
  const auditFile = join(dataDir, 'audit.jsonl');
  type Event = Record<string, unknown>;

  const tail = async (service: AdminService, query = 'limit=1000') =>
    (await service.call('GET', `/admin/v1/audit?${query}`)).body['events'] as unknown as Event[];
  const verify = async (service: AdminService) => (await service.call('POST', '/admin/v1/audit/verify')).body as Event;
  let operatorToken: (service: AdminService) => Promise<string>;

  it('records who did what, before and after, and copies what changed', async () => {
    const service = await startAdminService({ dataDir });
    const { operatorSecret } = service;
    operatorToken = async ({ http }) =>
      (await import('./admin-service.ts')).adminToken(http, { id: 'operator', secret: operatorSecret });
    await service.call('POST', '/admin/v1/clients', { body: { id: 'orders' } });
    await service.call('POST', '/admin/v1/clients', { body: { id: 'orders' } });
    await service.call('POST', '/admin/v1/clients', { body: { id: 'other', plan: true } });
    const actions = (await tail(service)).filter(({ event }) => event === 'operator.action');
    const about = actions.map(({ action, actor, subject, outcome, code = '', plan }) => [
      action,
      actor,
      subject,
      outcome,
      code,
      plan,
    ]);
    expect(about).toEqual([
      ['bootstrap', 'host', 'operator', 'begun', '', false],
      ['bootstrap', 'host', 'operator', 'done', '', false],
      ['client.create', 'operator', 'orders', 'begun', '', false],
      ['client.create', 'operator', 'orders', 'done', '', false],
      ['client.create', 'operator', 'orders', 'begun', '', false],
      ['client.create', 'operator', 'orders', 'denied', 'CLIENT_EXISTS', false],
      ['client.create', 'operator', 'other', 'done', '', true],
    ]);
    const [, , begun] = actions;
    expect(begun).toMatchObject({ jti: expect.any(String), scopes: expect.arrayContaining(['registry:write']) });
    const issued = (await tail(service)).find(({ event, jti }) => event === 'token.issued' && jti === begun?.['jti']);
    expect(issued).toMatchObject({ client: 'operator', resource: 'mintmark-admin' });
    expect(actions[0]).not.toHaveProperty('jti');
    expect(readFileSync(auditFile, 'utf8')).not.toContain(operatorSecret);
    expect(await verify(service)).toMatchObject({ ok: true, first_bad: null });
    await service.stop();
    const changes = readFileSync(auditFile, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"event":"registry.changed"'));
    expect(changes.map((line) => (JSON.parse(line) as Event)['version'])).toEqual([1, 2]);
  });

  it('copies of a change what it was, and which request it was for', async () => {
    const service = await startAdminService({ dataDir, bare: true });
    const token = await operatorToken(service);
    const apply = (declaration: string) => {
      const base_version = service.core.registry.snapshot().version;
      return service.call('POST', '/admin/v1/registry/apply', { token, body: { declaration, base_version } });
    };
    const more = DECLARATION.replace('scopes: [stock:read]', 'scopes: [stock:read, stock:reserve]');
    expect((await apply(DECLARATION)).status).toBe(200);
    expect((await apply(more.replace('id: inventory', 'id: inventory\n    tokenLifetime: 1m'))).status).toBe(200);
    await service.stop();
    const lines = readFileSync(auditFile, 'utf8').trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as Event);
    const [applied, changed] = events.filter(({ event }) => event === 'registry.changed').slice(-2);
    const begun = events.filter(({ action, outcome }) => action === 'registry.apply' && outcome === 'begun');
    expect([applied, changed].map((event) => event?.['requestId'])).toEqual(begun.map(({ requestId }) => requestId));
    expect(applied?.['change']).toMatchObject({
      clients: [['create', 'reports']],
      policies: expect.arrayContaining([['create', 'orders/inventory', { scopes: ['stock:read'] }]]),
    });
    expect(changed?.['change']).toMatchObject({
      resources: [['update', 'inventory', { fields: ['tokenLifetimeSeconds'] }]],
      policies: [['update', 'orders/inventory', { before: ['stock:read'], scopes: ['stock:read', 'stock:reserve'] }]],
    });
  });

  it('finds after a restart that the end of the file was cut off', async () => {
    const whole = readFileSync(auditFile, 'utf8');
    const lines = whole.split('\n').slice(0, -1);
    writeFileSync(
      auditFile,
      lines
        .slice(0, -3)
        .map((line) => `${line}\n`)
        .join(''),
    );
    const service = await startAdminService({ dataDir, bare: true });
    const token = await operatorToken(service);
    const { body } = await service.call('POST', '/admin/v1/audit/verify', { token });
    await service.stop();
    expect(body).toMatchObject({ ok: false, first_bad: { line: lines.length } });
  });

  it('is a new chain when the file was moved away, which can be verified for ever after', async () => {
    renameSync(auditFile, `${auditFile}.old`);
    for (let starts = 0; starts < 2; starts++) {
      const service = await startAdminService({ dataDir, bare: true });
      const token = await operatorToken(service);
      const { body } = await service.call('POST', '/admin/v1/audit/verify', { token });
      await service.stop();
      expect(body).toMatchObject({ ok: true, first_bad: null });
    }
    const [first = '', second = ''] = readFileSync(auditFile, 'utf8').split('\n');
    expect(JSON.parse(first)).toMatchObject({ event: 'chain.begun', follows: { seq: expect.any(Number) } });
    expect(JSON.parse(second)).toMatchObject({ event: 'keys.changed', version: 1 });
  });

  it.each(['null', 'nonsense', '{"seq":null}'])('shows the line %s for what it is', async (line) => {
    const whole = readFileSync(auditFile, 'utf8');
    const lines = whole.split('\n').slice(0, -1);
    const service = await startAdminService({ dataDir, bare: true });
    const token = await operatorToken(service);
    writeFileSync(auditFile, lines.with(3, line).join('\n').concat('\n'));
    const tailed = await service.call('GET', '/admin/v1/audit?after=2&limit=2', { token });
    const { body } = await service.call('POST', '/admin/v1/audit/verify', { token });
    await service.stop();
    writeFileSync(auditFile, whole);
    expect(tailed.body['events']).toEqual([
      expect.objectContaining({ seq: 3 }),
      { seq: 4, event: 'line.unreadable', time: '', line },
    ]);
    expect(body).toMatchObject({ ok: false, first_bad: { line: 4 } });
  });
});

describe('a call that is refused at the door', () => {
  let service: AdminService;
  let grpc: GrpcAdmin;
  beforeAll(async () => {
    service = await startAdminService();
    grpc = new GrpcAdmin(service.adminGrpc);
  });
  afterAll(async () => {
    grpc?.close();
    await service?.stop();
  });

  it('is a line of the audit trail, with the operator if the token was good', async () => {
    const narrow = await service.token('audit:read');
    for (const token of ['no-token', narrow]) {
      await service.call('GET', '/admin/v1/clients', { token });
      await grpc.call({ service: 'clients', rpc: 'ListClients', message: { limit: 1 } }, token);
    }
    const { body } = await service.call('GET', '/admin/v1/audit?limit=1000');
    const events = body['events'] as unknown as Record<string, unknown>[];
    const denied = events.filter(({ event }) => event === 'operator.denied');
    expect(denied.map(({ transport, code, actor, action }) => [transport, code, actor, action])).toEqual([
      ['http', 'TOKEN_MALFORMED', undefined, 'ClientsController.list'],
      ['grpc', 'TOKEN_MALFORMED', undefined, '/mintmark.admin.v1.ClientsService/ListClients'],
      ['http', 'SCOPE_INSUFFICIENT', 'operator', 'ClientsController.list'],
      ['grpc', 'SCOPE_INSUFFICIENT', 'operator', 'ClientsGrpcController.listClients'],
    ]);
    expect(JSON.stringify(denied)).not.toContain(narrow);
  });
});

describe('a disk that is full', () => {
  let service: AdminService;
  beforeAll(async () => (service = await startAdminService()));
  afterAll(() => service?.stop());

  it('for the audit file: nothing is done, 503, and it recovers by itself', async () => {
    const token = await service.token();
    const probe = await open(join(folder, 'probe'), 'w');
    const prototype = Object.getPrototypeOf(probe) as FileHandle;
    await probe.close();
    const full = jest
      .spyOn(prototype, 'datasync')
      .mockRejectedValue(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    const refused = await service.call('POST', '/admin/v1/clients', { token, body: { id: 'orders' } });
    full.mockRestore();
    expect([refused.status, refused.body['code'], refused.headers['retry-after']]).toEqual([
      503,
      'AUDIT_UNAVAILABLE',
      '1',
    ]);
    expect(service.core.registry.snapshot().client('orders')).toBeUndefined();
    const done = await service.call('POST', '/admin/v1/clients', { token, body: { id: 'orders' } });
    expect(done.status).toBe(201);
    expect((await service.call('POST', '/admin/v1/audit/verify', { token })).body).toMatchObject({ ok: true });
  });

  it('for the record of what was done by then: 503, which says that it was done', async () => {
    const token = await service.token();
    const probe = await open(join(folder, 'probe'), 'w');
    const prototype = Object.getPrototypeOf(probe) as FileHandle;
    await probe.close();
    const error = Object.assign(new Error('full'), { code: 'ENOSPC' });
    const full = jest.spyOn(prototype, 'datasync').mockResolvedValueOnce().mockRejectedValueOnce(error);
    const answer = await service.call('POST', '/admin/v1/clients/orders/secrets', { token });
    full.mockRestore();
    expect([answer.status, answer.body['code']]).toEqual([503, 'AUDIT_UNAVAILABLE']);
    expect(answer.body['error_description']).toMatch(/^credential.rotate of orders was done but .* make another\./);
    expect(service.core.registry.snapshot().client('orders')?.secrets).toHaveLength(1);
  });
});

describe('a database that cannot be written', () => {
  let service: AdminService;
  beforeAll(async () => (service = await startAdminService()));
  afterAll(() => service?.stop());

  it('is looked at all the same', async () => {
    const token = await service.token();
    const { db } = service.core.database;
    await sql`pragma query_only = on`.execute(db);
    for (const path of ['/clients', '/clients/operator', '/keys', '/keys/plan', '/resources', '/audit']) {
      expect([path, (await service.call('GET', `/admin/v1${path}`, { token })).status]).toEqual([path, 200]);
    }
    const { body } = await service.call('POST', '/admin/v1/audit/verify', { token });
    await sql`pragma query_only = off`.execute(db);
    expect(body).toMatchObject({ ok: true });
  });
});

describe('the documentation of the admin API', () => {
  let service: AdminService;
  beforeAll(async () => (service = await startAdminService()));
  afterAll(() => service?.stop());

  it('is OpenAPI 3.1, served to anyone, and has every operation with its scope', async () => {
    const answer = await fetch(`${service.admin}/admin/v1/openapi.json`);
    const document = (await answer.json()) as { openapi: string; paths: Record<string, Record<string, Operation>> };
    expect(document.openapi).toBe('3.1.0');
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(operations).toHaveLength(25);
    for (const { operationId, security, responses } of operations) {
      expect([operationId, security[0]?.token]).toEqual([
        operationId,
        [expect.stringMatching(/^(registry|keys|audit|tokens):/)],
      ]);
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403', '503']));
    }
    expect(
      document.paths['/admin/v1/clients']?.['post']?.requestBody?.content['application/json'].schema,
    ).toMatchObject({
      type: 'object',
      required: ['id'],
      properties: { id: { type: 'string' }, plan: { default: false } },
    });
  });

  it('names no path that is not there', async () => {
    const document = (await (await fetch(`${service.admin}/admin/v1/openapi.json`)).json()) as {
      paths: Record<string, Record<string, Operation>>;
    };
    // A stranger is answered 401 anywhere; who has a token, but for the audit file alone, is told what is not there.
    const known = { authorization: `Bearer ${await service.token('audit:read')}` };
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of Object.keys(methods)) {
        const url = `${service.admin}${path.replace(/\{(id|kid)\}/, 'orders')}`;
        const statuses = [(await fetch(url, { method })).status, (await fetch(url, { method, headers: known })).status];
        expect([method, path, statuses]).toEqual([method, path, [401, path.includes('/audit') ? 200 : 403]]);
      }
    }
  });

  interface Operation {
    readonly operationId: string;
    readonly security: readonly { readonly token: readonly string[] }[];
    readonly responses: Record<string, unknown>;
    readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: object } } };
  }
});
