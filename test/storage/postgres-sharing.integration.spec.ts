import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sql, type Kysely } from 'kysely';
import type { Subject } from '../../apps/token-service/src/adapters/sql/dialect.ts';
import { SqlKeyRepository } from '../../apps/token-service/src/adapters/sql/key-repository.ts';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { SqlRegistryRepository } from '../../apps/token-service/src/adapters/sql/registry-repository.ts';
import type { Tables } from '../../apps/token-service/src/adapters/sql/schema.ts';
import { digestOfKeys, type KeyTransition } from '../../apps/token-service/src/core/model/key-set.ts';
import { NO_CHANGES } from '../../apps/token-service/src/core/model/registry-changes.ts';
import { TEST_SEAL } from '../keys/key-lab.ts';
import { PostgresStorages } from './postgres-storage.ts';
import { untilItHolds } from './until-it-holds.ts';

let storages: PostgresStorages;
beforeAll(async () => (storages = await PostgresStorages.start()), 60_000);
afterAll(() => storages?.stop());

const waitingForLocks = async () =>
  (await storages.server.run(`select 1 from pg_stat_activity where wait_event_type = 'Lock'`)).length;

const addClient = (database: Database, id: string) =>
  new SqlRegistryRepository(database).transact(() => ({
    actor: 'test',
    changes: { ...NO_CHANGES, clients: [{ action: 'create', after: { id, disabled: false, credentials: [] } }] },
  }));

const generate = (id: string): KeyTransition => ({
  ...{ name: 'generate', actor: 'test' },
  changes: [{ from: null, key: { id, algorithm: 'ES256', state: 'generating', createdAt: new Date(0) } }],
});

/** The same database, on which something happens after the first rows that are read in it. */
function interrupted(db: Kysely<Tables>, act: () => Promise<unknown>): Kysely<Tables> {
  let isDone = false;
  return db.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      const isHead = result.rows.some((row) => 'epoch' in row);
      if (isHead && !isDone) {
        isDone = true;
        await act();
      }
      return result;
    },
  });
}

describe('time', () => {
  it('is that of the database after the lock, not of the start of the transaction or of this process', async () => {
    const storage = await storages.add();
    const [holder, waiter] = [await storage.connect(), await storage.connect()];
    const repositories = [holder, waiter].map(
      (database) => new SqlKeyRepository(database, 'https://a.internal', TEST_SEAL),
    );
    await repositories[0]!.transact(() => undefined);
    let decidedAt: Date | undefined;
    let released = 0;
    let waiting: Promise<unknown> | undefined;
    await holder.db.transaction().execute(async (trx) => {
      await holder.dialect.lockRows(trx.selectFrom('keyset').selectAll()).execute();
      waiting = repositories[1]!.transact((_set, now) => ((decidedAt = now), undefined));
      await untilItHolds(async () => (await waitingForLocks()) > 0);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const [row] = await storages.server.run('select extract(epoch from clock_timestamp())::float8 * 1000 as ms');
      released = Math.floor(Number(row?.['ms']));
    });
    await waiting;
    expect(decidedAt!.getTime()).toBeGreaterThanOrEqual(released);
    await storage.close();
  });
});

describe('a transition that is decided and not yet committed', () => {
  it('is waited for by whoever asks for the version, however long that takes', async () => {
    const storage = await storages.add();
    const [writer, asking] = await Promise.all([storage.connect(), storage.connect()]);
    const keysOf = (database: Database) => new SqlKeyRepository(database, 'https://a.internal', TEST_SEAL);
    await keysOf(writer).transact(() => generate('k'));
    let answered = false;
    let asked: Promise<unknown> = Promise.resolve();
    await writer.db.transaction().execute(async (trx) => {
      await sql`select version from keyset for update`.execute(trx);
      asked = keysOf(asking)
        .version()
        .finally(() => (answered = true));
      await untilItHolds(async () => (await waitingForLocks()) > 0);
      expect(answered).toBe(false);
    });
    await expect(asked).resolves.toMatchObject({ value: { version: 1 } });
    await storage.close();
  });
});

describe('what replicas are told', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  it('comes with the commit, names the subject, and comes again after the line was lost', async () => {
    const storage = await storages.add();
    const [listener, writer] = await Promise.all([storage.connect(), storage.connect()]);
    const heard: Subject[] = [];
    const listening = listener.listen((subject) => heard.push(subject));
    closing.push(
      () => storage.close(),
      () => listening.close(),
    );
    // First of everything, because something may have been missed before.
    await untilItHolds(() => heard.length === 3);
    expect(heard.splice(0).sort()).toEqual(['keys', 'registry', 'revocations']);
    await addClient(writer, 'a');
    await untilItHolds(() => heard.length === 1);
    await expect(
      new SqlRegistryRepository(writer).transact(() => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await new SqlKeyRepository(writer, 'https://a.internal', TEST_SEAL).transact(() => generate('k'));
    await untilItHolds(() => heard.length === 2);
    expect(heard.splice(0)).toEqual(['registry', 'keys']);
    await storages.endConnections();
    await untilItHolds(() => heard.length === 3);
    expect(heard.splice(0).sort()).toEqual(['keys', 'registry', 'revocations']);
    await listening.close();
    await addClient(writer, 'b').catch(() => addClient(writer, 'b'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard).toEqual([]);
  });
});

describe('a line that is cut without a word', () => {
  it('is missed, and another one takes its place', async () => {
    const storage = await storages.add();
    const listener = await storage.connect();
    const heard: Subject[] = [];
    const listening = listener.listen((subject) => heard.push(subject));
    await untilItHolds(() => heard.length === 3);
    const lines = await storages.server.run(`select pid from pg_stat_activity where query like 'listen %'`);
    expect(lines).toHaveLength(1);
    const pid = Number(lines[0]!['pid']);
    // The process that would tell us: our end of the connection stays open.
    process.kill(pid, 'SIGSTOP');
    try {
      await untilItHolds(() => heard.length === 6);
      await addClient(listener, 'a');
      await untilItHolds(() => heard.at(-1) === 'registry');
    } finally {
      process.kill(pid, 'SIGCONT');
      await listening.close();
      await storage.close();
    }
  }, 60_000);
});

describe('a key set', () => {
  it('is read whole, as it was at one moment, though another replica changes it meanwhile', async () => {
    const storage = await storages.add();
    const [reader, writer] = await Promise.all([storage.connect(), storage.connect()]);
    const keysOf = (database: Pick<Database, 'db' | 'dialect' | 'clock'>) =>
      new SqlKeyRepository(database, 'https://a.internal', TEST_SEAL);
    await keysOf(writer).transact(() => generate('k'));
    const change = () => keysOf(writer).transact((current) => renamed(current.keys[0]!.id));
    const db = interrupted(reader.db, change);
    const { value } = await keysOf({ ...reader, db }).load();
    expect(value).toMatchObject({ version: 1, digest: digestOfKeys(value.keys) });
    expect(value.tampered).toBeUndefined();
    expect((await keysOf(reader).load()).value.version).toBe(2);
    await storage.close();
  });

  /** The intent is given up, and there is another one. */
  const renamed = (id: string): KeyTransition => ({
    ...{ name: 'destroy', actor: 'test' },
    changes: [
      {
        from: 'generating',
        key: {
          ...{ id, algorithm: 'ES256', createdAt: new Date(0), state: 'destroyed' },
          ...{ kid: null, handle: null, destroyedAt: new Date(0) },
        },
      },
      ...generate('l').changes,
    ],
  });
});

describe('what is committed', () => {
  it('survives a power cut, though the database is set up to forget the last of it', async () => {
    const name = await storages.addDatabase();
    await storages.server.run(`alter database ${name} set synchronous_commit = off`);
    const database = await storages.open(name);
    const { rows } = await sql<{ setting: string }>`select current_setting('synchronous_commit') as setting`.execute(
      database.db,
    );
    expect(rows).toEqual([{ setting: 'on' }]);
    await database.close();
  });
});

describe('an empty database', () => {
  it('that many open at once is set up once', async () => {
    const name = await storages.addDatabase();
    const opened = await Promise.all(Array.from({ length: 8 }, () => storages.open(name)));
    expect(await opened[0]!.db.selectFrom('keyset').selectAll().execute()).toEqual([]);
    await Promise.all(opened.map((database) => database.close()));
  });
});
