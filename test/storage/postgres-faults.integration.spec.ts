import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { openDatabase, type Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { SqlRegistryRepository } from '../../apps/token-service/src/adapters/sql/registry-repository.ts';
import { systemClock as clock } from '../../apps/token-service/src/adapters/system/system-clock.ts';
import { NO_CHANGES } from '../../apps/token-service/src/core/model/registry-changes.ts';
import { PostgresServer } from '../../scripts/servers/postgres.ts';
import { TcpProxy } from '../cluster/tcp-proxy.ts';
import { PostgresStorages } from './postgres-storage.ts';
import type { TestStorage } from './test-storage.ts';
import { untilItHolds } from './until-it-holds.ts';

let storages: PostgresStorages;
beforeAll(async () => (storages = await PostgresStorages.start()), 60_000);
afterAll(() => storages?.stop());

const UNAVAILABLE = { code: 'STORAGE_UNAVAILABLE' };

const addClient = (database: Database, id: string) =>
  new SqlRegistryRepository(database).transact(() => ({
    actor: 'test',
    changes: { ...NO_CHANGES, clients: [{ action: 'create', after: { id, disabled: false, credentials: [] } }] },
  }));

describe('a connection to PostgreSQL', () => {
  let storage: TestStorage;
  beforeAll(async () => (storage = await storages.add()));
  afterAll(() => storage.close());

  it('that is ended while nobody uses it is replaced without anyone noticing', async () => {
    const database = await storage.connect();
    await Promise.all(Array.from({ length: 5 }, () => new SqlRegistryRepository(database).load()));
    await storages.endConnections();
    await untilItHolds(() => new SqlRegistryRepository(database).version().then(...settled));
    expect(await addClient(database, 'idle')).toBeGreaterThan(0);
  });

  it('that is ended in a transaction, between two statements or in one, fails it as unavailable and changes nothing', async () => {
    const database = await storage.connect();
    const repository = new SqlRegistryRepository(database);
    const before = await repository.version();
    await expect(
      database.db.transaction().execute(async (trx) => {
        await trx.updateTable('registry').set({ version: 99 }).execute();
        await storages.endConnections();
        await trx.selectFrom('registry').selectAll().execute();
      }),
    ).rejects.toMatchObject(UNAVAILABLE);
    const asleep = sql`select pg_sleep(60)`.execute(database.db);
    await untilItHolds(async () => (await running('select pg_sleep(60)')) > 0);
    await storages.endConnections();
    await expect(asleep).rejects.toMatchObject(UNAVAILABLE);
    expect(await repository.version()).toBe(before);
  });

  it('that is lost at COMMIT leaves a question, and says so', async () => {
    const proxy = await TcpProxy.start(() => [storages.server.port]);
    const name = await storages.addDatabase('template_mintmark');
    const { passwordFile } = storages.server;
    let cut = false;
    const observe = (statement: string) => void (cut && statement === 'commit' && proxy.refuse());
    const database = await openDatabase({ url: storages.server.url(name, proxy.port), passwordFile, clock, observe });
    cut = true;
    const lost = await addClient(database, 'a').catch((error: unknown) => error);
    cut = false;
    expect(lost).toMatchObject({ ...UNAVAILABLE, message: expect.stringContaining('not known whether') });
    const refused = await addClient(database, 'b').catch((error: unknown) => error);
    expect(refused).toMatchObject({ ...UNAVAILABLE, message: expect.stringContaining('nothing was changed') });
    await proxy.admit();
    const { clients, version } = await new SqlRegistryRepository(database).load();
    expect(clients.length).toBe(version);
    expect(await addClient(database, 'c')).toBe(version + 1);
    await database.close();
    await proxy.close();
  });

  it('that is not answered, at the first word or later, is given up, and the next one works', async () => {
    const proxy = await TcpProxy.start(() => [storages.server.port]);
    const name = await storages.addDatabase('template_mintmark');
    const { passwordFile } = storages.server;
    const database = await openDatabase({ url: storages.server.url(name, proxy.port), passwordFile, clock });
    proxy.silence();
    await expect(addClient(database, 'a')).rejects.toMatchObject(UNAVAILABLE);
    proxy.heal();
    expect(await addClient(database, 'a')).toBe(1);
    const [backend] = await storages.server.run(`select pid from pg_stat_activity where datname = '${name}'`);
    const pid = Number(backend?.['pid']);
    process.kill(pid, 'SIGSTOP');
    try {
      await expect(addClient(database, 'b')).rejects.toMatchObject(UNAVAILABLE);
      expect(await addClient(database, 'b')).toBe(2);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await database.close();
    await proxy.close();
  }, 60_000);

  it('that waits too long for a lock gives up as unavailable', async () => {
    const [holder, waiter] = await Promise.all([storage.connect(), storage.connect()]);
    await new SqlRegistryRepository(holder).transact(() => ({ actor: 'test', changes: NO_CHANGES }));
    await holder.db.transaction().execute(async (trx) => {
      await holder.dialect.lockRows(trx.selectFrom('registry').selectAll()).execute();
      await expect(addClient(waiter, 'late')).rejects.toMatchObject(UNAVAILABLE);
    });
    expect(await addClient(waiter, 'late')).toBeGreaterThan(0);
  }, 30_000);

  it('shows no rows in what it logs about an error', async () => {
    const { db } = await storage.connect();
    const key = { ...{ id: 'k', issuer: 'i', algorithm: 'ES256', kid: 'kid', wraps: '[]', created_at: 0 } };
    const row = { ...key, ciphertext: Buffer.from('canary-bytes') };
    await db.insertInto('local_key').values(row).execute();
    const failures = [
      db.insertInto('local_key').values(row).execute(),
      db.insertInto('client').values({ id: 'x', disabled: 7, credentials: 'canary-bytes' }).execute(),
    ];
    for (const failure of failures) {
      const error = await failure.catch((reason: unknown) => reason);
      expect(error).toMatchObject({ message: expect.stringMatching(/constraint/) });
      const shown = JSON.stringify(error, Object.getOwnPropertyNames(error));
      expect(shown).not.toContain('canary');
      expect(shown).not.toContain(Buffer.from('canary').toString('hex'));
      expect(shown).not.toContain('kid');
    }
  });

  const settled = [() => true, () => false] as const;
  const running = async (query: string) =>
    (await storages.server.run(`select 1 from pg_stat_activity where state = 'active' and query = '${query}'`)).length;
});

describe('opening PostgreSQL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mintmark-opening-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const refusal = (url: string, passwordFile: string | undefined) =>
    openDatabase({ url, passwordFile, clock }).then(
      () => undefined,
      (error: unknown) => error,
    );

  it('says what is wrong and how to mend it, and never the password', async () => {
    const { server } = storages;
    const wrong = join(folder, 'wrong');
    writeFileSync(wrong, 'canary-pw', { mode: 0o600 });
    const latin = 'latin';
    await server.run(`create database ${latin} template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'`);
    const foreign = await storages.addDatabase();
    await server.run('create table theirs (a int)', foreign);
    const closed = await storages.addDatabase();
    await server.run('alter schema public owner to postgres; revoke create on schema public from public', closed);
    const url = (name?: string) => server.url(name);
    const cases: readonly [string, string, string | undefined, string][] = [
      [url(), 'ACCESS_DENIED', wrong, 'MINTMARK_DATABASE_PASSWORD_FILE'],
      [url(), 'ACCESS_DENIED', undefined, 'MINTMARK_DATABASE_PASSWORD_FILE'],
      [url(), 'UNREACHABLE', join(folder, 'none'), 'none'],
      [url('absent'), 'UNREACHABLE', server.passwordFile, 'createdb'],
      [server.url('x', 1), 'UNREACHABLE', server.passwordFile, 'MINTMARK_DATABASE_URL'],
      [url(latin), 'SERVER_UNSUITABLE', server.passwordFile, 'encoding UTF8'],
      [url(foreign), 'FOREIGN_DATABASE', server.passwordFile, 'Name another database'],
      [url(closed), 'UNWRITABLE', server.passwordFile, 'owner'],
      [`${url()}?sslmode=verify-full`, 'UNREACHABLE', server.passwordFile, 'does not support SSL'],
      [`${url()}?sslmode=verify-full&sslrootcert=/none.pem`, 'UNREACHABLE', server.passwordFile, '/none.pem'],
    ];
    for (const [where, code, passwordFile, remedy] of cases) {
      const error = await refusal(where, passwordFile);
      expect(error).toMatchObject({ name: 'DatabaseError', code, message: expect.stringContaining(remedy) });
      expect(String((error as Error).message)).not.toContain('canary-pw');
    }
  }, 30_000);

  it('over TLS talks to the server that the certificate names, and to no other', async () => {
    const owner = statSync(storages.server.passwordFile);
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...made, ...subject], { stdio: 'ignore' });
    chownSync(folder, owner.uid, owner.gid);
    for (const file of [key, certificate]) chownSync(file, owner.uid, owner.gid);
    const settings = { ssl: 'on', ssl_key_file: key, ssl_cert_file: certificate };
    const server = await PostgresServer.start({ fsync: false, settings });
    const { passwordFile } = server;
    const tls = `?sslmode=verify-full&sslrootcert=${certificate}`;
    try {
      const named = `${server.url().replace('127.0.0.1', 'localhost')}${tls}`;
      const database = await openDatabase({ url: named, passwordFile, clock });
      const { rows } = await sql<{ ssl: boolean }>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(
        database.db,
      );
      expect(rows).toEqual([{ ssl: true }]);
      await database.close();
      const elsewhere = await refusal(`${server.url()}${tls}`, passwordFile);
      expect(elsewhere).toMatchObject({ code: 'UNREACHABLE', message: expect.stringContaining('altnames') });
      const unknown = await refusal(named.replace(/&.*/, ''), passwordFile);
      expect(unknown).toMatchObject({ code: 'UNREACHABLE', message: expect.stringContaining('self-signed') });
    } finally {
      await server.stop();
    }
  }, 30_000);
});
