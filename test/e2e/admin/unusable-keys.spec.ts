import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newOperator, type Operator } from '../cli/operator.ts';
import { startAdminService, type AdminService } from './admin-service.ts';
import { GrpcAdmin, overHttp, type GrpcCall, type HttpCall } from './call-both.ts';

interface Verb {
  readonly verb: string;
  readonly http: HttpCall;
  readonly grpc: GrpcCall;
  readonly line: string;
}

const onAlgorithm = (verb: 'rotate' | 'prepare', plan: boolean): Verb => ({
  verb: plan ? `${verb}, as a plan` : verb,
  http: { method: 'POST', path: `/admin/v1/keys/${verb}`, body: { plan } },
  grpc: { service: 'keys', rpc: verb === 'rotate' ? 'rotateKeys' : 'prepareKey', message: { plan } },
  line: `keys ${verb} ${plan ? '--plan' : '--yes'}`,
});
const onKid = (verb: 'activate' | 'deactivate' | 'destroy', kid: string): Verb => ({
  verb,
  http: { method: 'POST', path: `/admin/v1/keys/${kid}/${verb}`, body: {} },
  grpc: { service: 'keys', rpc: `${verb}Key`, message: { kid } },
  line: `keys ${verb} ${kid} --yes`,
});
const compromise = (kid: string): Verb => ({
  verb: 'compromise',
  http: { method: 'POST', path: `/admin/v1/keys/${kid}/compromise`, body: { reason: 'a drill' } },
  grpc: { service: 'keys', rpc: 'compromiseKey', message: { kid, reason: 'a drill' } },
  line: `keys compromise ${kid} --reason drill --yes`,
});
const STATUS: Verb = {
  verb: 'status',
  http: { method: 'GET', path: '/admin/v1/keys' },
  grpc: { service: 'keys', rpc: 'getKeyStatus', message: {} },
  line: 'keys status',
};
const PLAN: Verb = {
  verb: 'plan',
  http: { method: 'GET', path: '/admin/v1/keys/plan' },
  grpc: { service: 'keys', rpc: 'getKeyPlan', message: {} },
  line: 'keys plan',
};

const WAY_OUT = /Restore the database from a backup/;

describe('what an operator asks of keys that cannot be used', () => {
  let service: AdminService;
  let grpc: GrpcAdmin;
  let ann: Operator;
  let token: string;
  let standby: string;

  beforeAll(async () => {
    service = await startAdminService();
    grpc = new GrpcAdmin(service.adminGrpc);
    ann = newOperator();
    const secret = join(ann.home, 'operator.secret');
    writeFileSync(secret, service.operatorSecret, { mode: 0o600 });
    const { exitCode } = await ann.run(
      `login --issuer ${service.issuer} --admin ${service.admin} --secret-file ${secret}`,
    );
    expect(exitCode).toBe(0);
    token = await service.token();
    const { keys } = service.core;
    standby = (keys.figures()?.set.keys ?? []).flatMap((key) => (key.state === 'published' ? [key.kid] : []))[0] ?? '';
  });
  afterAll(async () => {
    ann?.leave();
    grpc?.close();
    await service?.stop();
  });

  const rows = () => service.core.database.db.selectFrom('signing_key').selectAll().orderBy('id').execute();
  const denied = async () => {
    const { body } = await service.call('GET', '/admin/v1/audit?limit=1000', { token });
    const events = body['events'] as unknown as Record<string, unknown>[];
    return events.filter(({ code, outcome }) => code === 'KEYS_UNUSABLE' && outcome === 'denied').length;
  };

  async function expectRefused({ http, grpc: call, line }: Verb): Promise<void> {
    const refusal = { code: 'KEYS_UNUSABLE', status: 'as the table says' };
    expect(await overHttp(service, http, token)).toMatchObject(refusal);
    expect(await grpc.call(call, token)).toMatchObject(refusal);
    expect(await grpc.complaint(call, token)).toMatch(WAY_OUT);
    const { exitCode, err } = await ann.run(line);
    expect({ line, exitCode, err }).toEqual({ line, exitCode: 1, err: expect.stringMatching(WAY_OUT) });
    expect(err).toMatch(/KEYS_UNUSABLE, request_id \S+/);
  }

  it('because the algorithm of a row was changed: each verb, over HTTP, gRPC and by the CLI, and each on the record', async () => {
    const { db } = service.core.database;
    await db.updateTable('signing_key').set({ algorithm: 'PS256' }).where('kid', '=', standby).execute();
    const verbs = [
      ...[onAlgorithm('rotate', false), onAlgorithm('rotate', true), onAlgorithm('prepare', false)],
      ...[onKid('activate', standby), onKid('deactivate', standby), onKid('destroy', standby), compromise(standby)],
    ];
    const before = await rows();
    for (const verb of verbs) await expectRefused(verb);
    expect(await rows()).toEqual(before);
    expect(await denied()).toBeGreaterThanOrEqual(4 * verbs.length);
    await db.updateTable('signing_key').set({ algorithm: 'ES256' }).where('kid', '=', standby).execute();
  });

  it('because the key set was changed: also what only looks', async () => {
    const { db } = service.core.database;
    const { mac } = await db
      .selectFrom('keyset')
      .select('mac')
      .where('issuer', '=', service.issuer)
      .executeTakeFirstOrThrow();
    await db.updateTable('keyset').set({ mac: 'another' }).where('issuer', '=', service.issuer).execute();
    for (const verb of [STATUS, PLAN, onAlgorithm('rotate', false), onAlgorithm('rotate', true), compromise(standby)])
      await expectRefused(verb);
    await db.updateTable('keyset').set({ mac }).where('issuer', '=', service.issuer).execute();
    expect((await service.call('GET', '/admin/v1/keys', { token })).status).toBe(200);
  });
});
