import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresServer } from '../../scripts/servers/postgres.ts';
import { adminToken, startAdminService, type AdminService, type Answer } from './admin/admin-service.ts';
import { DECLARATION } from './admin/operations/row.ts';

describe('two replicas on one PostgreSQL database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mintmark-replicas-'));
  let server: PostgresServer;
  let settings: Record<string, string>;
  let replicas: AdminService[];

  beforeAll(async () => {
    server = await PostgresServer.start();
    const kek = join(folder, 'kek');
    writeFileSync(kek, randomBytes(32), { mode: 0o600 });
    settings = {
      MINTMARK_DATABASE_URL: server.url(),
      MINTMARK_DATABASE_PASSWORD_FILE: server.passwordFile,
      MINTMARK_KEK_FILE: kek,
      MINTMARK_ISSUER: 'http://127.0.0.1:4000',
      // Two seconds ahead is unsafe for verifiers that poll; here there are none.
      MINTMARK_PUBLISH_AHEAD: '2s',
      MINTMARK_UNSAFE_TIMING: 'true',
    };
    replicas = await Promise.all(['one', 'other'].map(start));
  }, 60_000);

  afterAll(async () => {
    await Promise.all((replicas ?? []).map((replica) => replica.stop()));
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const start = (name: string) => startAdminService({ settings, dataDir: join(folder, name), bare: true });
  let secret = '';
  const token = () => adminToken(replicas[0]!.http, { id: 'operator', secret });
  const onBoth = async (path: string, body: (index: number) => object = () => ({})): Promise<Answer[]> => {
    const bearer = await token();
    return Promise.all(
      replicas.map((replica, index) => replica.call('POST', `/admin/v1${path}`, { body: body(index), token: bearer })),
    );
  };
  const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status).toSorted();
  const codes = (answers: readonly Answer[]) => answers.flatMap(({ body }) => body['code'] ?? []);

  it('have one first operator, whoever is asked, and take each other’s tokens', async () => {
    const answers = await Promise.all(
      replicas.map((replica) => replica.host('/host/v1/bootstrap', { operator: 'operator' })),
    );
    // One may have come so late that it made the unused secret of the other anew.
    expect(statuses(answers)[0]).toBe(201);
    const stored = await replicas[0]!.core.database.db.selectFrom('client_secret').select('id').execute();
    expect(stored).toHaveLength(1);
    secret = answers.find(({ body }) => body['secret_id'] === stored[0]?.id)!.body['secret']!;
    for (const replica of replicas) {
      await untilItHolds(() => replica.core.registry.snapshot().client('operator') !== undefined);
      const answer = await replica.call('GET', '/admin/v1/clients', { token: await token() });
      expect(answer.status).toBe(200);
    }
  });

  it('apply at once: one wins, the other is told that the registry moved on', async () => {
    const version = replicas[0]!.core.registry.snapshot().version;
    const also = (id: string) => DECLARATION.replace('resources:', `resources:\n  - id: ${id}\n    scopes: [read]`);
    const answers = await onBoth('/registry/apply', (index) => ({
      ...{ declaration: also(index ? 'billing' : 'shipping'), prune: false, base_version: version },
    }));
    expect([statuses(answers), codes(answers)]).toEqual([[200, 409], ['REGISTRY_CONFLICT']]);
    await untilItHolds(() => replicas.every(({ core }) => core.registry.snapshot().version === version + 1));
  });

  it('create a client at once: there is one', async () => {
    const answers = await onBoth('/clients', () => ({ id: 'twin' }));
    expect([statuses(answers), codes(answers)]).toEqual([[201, 409], ['CLIENT_EXISTS']]);
  });

  it('give out no more than two secrets of a client, however many ask', async () => {
    const answers = (await Promise.all([1, 2, 3].map(() => onBoth('/clients/orders/secrets')))).flat();
    const given = answers.filter(({ status }) => status < 300).length;
    expect([given, new Set(codes(answers))]).toEqual([2, new Set(['SECRETS_EXHAUSTED'])]);
  });

  it('rotate at once: once', async () => {
    const rotations = async () => (await changes('one')).filter((change) => change.includes('"activate"')).length;
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const before = await rotations();
    const answers = await onBoth('/keys/rotate', () => ({ ring: 'public' }));
    expect(statuses(answers)).toEqual([200, 409]);
    // Depending on which came how much later.
    expect(['KEYS_ALREADY_DONE', 'KEYS_NO_STANDBY', 'KEYS_ROTATION_TOO_EARLY']).toContain(codes(answers)[0]);
    await untilItHolds(() => sameKeys());
    await untilItHolds(async () => (await rotations()) === before + 1);
  });

  it('have each an audit file with every change once and in order, and vouch for their own alone', async () => {
    await untilItHolds(async () => (await changes('one')).length === (await changes('other')).length);
    expect(await changes('one')).toEqual(await changes('other'));
    const answers = await onBoth('/audit/verify');
    for (const { body } of answers) expect(body).toMatchObject({ ok: true, first_bad: null });
    const [first, second] = ['one', 'other'].map((name) => readFileSync(join(folder, name, 'replica-id'), 'utf8'));
    expect(first).not.toBe(second);
  });

  it('find, each for itself, that its file was cut off, also after a restart', async () => {
    await replicas[1]!.stop();
    const file = join(folder, 'other', 'audit.jsonl');
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    writeFileSync(
      file,
      lines
        .slice(0, -3)
        .map((line) => `${line}\n`)
        .join(''),
    );
    replicas[1] = await start('other');
    const [whole, cut] = await onBoth('/audit/verify');
    expect(whole?.body).toMatchObject({ ok: true });
    expect(cut?.body).toMatchObject({ ok: false });
  });

  it('go on by themselves after every connection was ended', async () => {
    await server.run(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'mintmark'`);
    const created = async () => {
      const answers = await Promise.all(
        replicas.map(async (replica, index) =>
          replica.call('POST', '/admin/v1/clients', { body: { id: `after-${index}` }, token: await token() }),
        ),
      );
      return answers.every(({ status }) => status === 201 || status === 409);
    };
    await untilItHolds(() => created().catch(() => false));
    await untilItHolds(() => replicas.every(({ core }) => core.registry.snapshot().client('after-1') !== undefined));
    for (const { core } of replicas) expect(core.readiness.reasonsAgainst()).toEqual([]);
  });

  async function sameKeys(): Promise<boolean> {
    const sets = await Promise.all(
      replicas.map(async ({ http }) => (await fetch(`${http}/.well-known/jwks.json`)).text()),
    );
    return sets[0] === sets[1];
  }

  /** Copies of changes in an audit file: what they say, without their place in the chain. */
  async function changes(name: string): Promise<readonly string[]> {
    const lines = readFileSync(join(folder, name, 'audit.jsonl'), 'utf8').split('\n');
    const events = lines.filter((line) => line.includes('.changed"')).map((line) => JSON.parse(line) as object);
    const contents = events.map((event) => JSON.stringify({ ...event, seq: undefined, prev: undefined }));
    expect(new Set(contents).size).toBe(contents.length);
    return contents.toSorted();
  }
});

async function untilItHolds(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}
