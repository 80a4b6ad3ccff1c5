import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { describeMigrations } from '../../../../../test/storage/migrations.contract.ts';
import { describeSchema } from '../../../../../test/storage/schema.contract.ts';
import { newSqliteStorage } from '../../../../../test/storage/test-storage.ts';
import type { DatabaseErrorCode } from './database-error.ts';
import { DatabaseError } from './database-error.ts';
import { ALL_MIGRATIONS } from './migrations/all-migrations.ts';
import { openDatabase, type Database } from './open-database.ts';

const clock = { now: () => new Date(1_764_000_000_000), monotonic: () => 0 };

let folder: string;
let opened: Database[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mintmark-sql-'));
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((database) => database.close()));
  rmSync(folder, { recursive: true, force: true });
});

function fileAt(...names: string[]): string {
  return join(folder, ...names);
}

async function open(file: string): Promise<Database> {
  const database = await openDatabase({ url: `sqlite:${file}`, clock });
  opened.push(database);
  return database;
}

async function refusal(file: string): Promise<DatabaseError> {
  const error = await open(file).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DatabaseError);
  return error as DatabaseError;
}

async function pragma(database: Database, name: string): Promise<unknown> {
  const { rows } = await sql<Record<string, unknown>>`${sql.raw(`pragma ${name}`)}`.execute(database.db);
  return Object.values(rows[0] ?? {})[0];
}

describe('openDatabase', () => {
  it('creates the file and its folder for this user alone, journals included', async () => {
    await open(fileAt('state', 'm.db'));
    expect(statSync(fileAt('state')).mode & 0o777).toBe(0o700);
    for (const name of ['m.db', 'm.db-wal', 'm.db-shm']) {
      expect(statSync(fileAt('state', name)).mode & 0o777).toBe(0o600);
    }
  });

  it('takes back what others could read', async () => {
    writeFileSync(fileAt('m.db'), '', { mode: 0o644 });
    await open(fileAt('m.db'));
    expect(statSync(fileAt('m.db')).mode & 0o777).toBe(0o600);
  });

  it('syncs each commit, keeps foreign keys and writes ahead', async () => {
    const database = await open(fileAt('m.db'));
    expect(await pragma(database, 'journal_mode')).toBe('wal');
    expect(await pragma(database, 'synchronous')).toBe(2);
    expect(await pragma(database, 'foreign_keys')).toBe(1);
  });

  it('counts statements at the driver', async () => {
    const database = await open(fileAt('m.db'));
    const before = database.statements();
    await database.db.selectFrom('keyset').selectAll().execute();
    await database.db.selectFrom('keyset').selectAll().execute();
    expect(database.statements() - before).toBe(2);
  });

  it('gives others their turn between the statements of a transaction', async () => {
    const { db } = await open(fileAt('mintmark.db'));
    let turns = 0;
    const others = setInterval(() => turns++, 0);
    await db.transaction().execute(async (trx) => {
      for (let statement = 0; statement < 20; statement++) {
        await sql`select 1`.execute(trx);
        for (const until = performance.now() + 2; performance.now() < until;);
      }
    });
    clearInterval(others);
    expect(turns).toBeGreaterThan(10);
  });

  it('lets a rival transaction of the same process finish instead of holding up the event loop', async () => {
    const one = await open(fileAt('m.db'));
    const other = await open(fileAt('m.db'));
    const order: string[] = [];
    const first = one.db.transaction().execute(async () => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      order.push('first');
    });
    const rival = other.db.transaction().execute(() => Promise.resolve(order.push('rival')));
    await Promise.all([first, rival]);
    expect(order).toEqual(['first', 'rival']);
  });

  const junk = 'hello, this is a text file and no database. '.repeat(40);
  const refusals: readonly [DatabaseErrorCode, string, (file: string) => void][] = [
    ['NOT_A_DATABASE', 'a text file', (file) => writeFileSync(file, junk)],
    [
      'FOREIGN_DATABASE',
      'tables of another program',
      (file) => new DatabaseSync(file).exec('create table theirs (a int)'),
    ],
    ['UNWRITABLE', 'a directory', (file) => mkdirSync(file)],
  ];

  it.each(refusals)('refuses with %s: %s', async (code, _what, prepare) => {
    prepare(fileAt('m.db'));
    const error = await refusal(fileAt('m.db'));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/[Nn]ame another/);
  });

  it('leaves a text file as it was', async () => {
    writeFileSync(fileAt('m.db'), junk);
    await refusal(fileAt('m.db'));
    expect(readFileSync(fileAt('m.db'), 'utf8')).toBe(junk);
  });

  it('refuses a folder it may not write to', async () => {
    // The superuser may write anywhere, so a file stands where a folder should be.
    writeFileSync(fileAt('plain'), '');
    chmodSync(fileAt('plain'), 0o400);
    expect((await refusal(fileAt('plain', 'm.db'))).code).toBe('UNWRITABLE');
  });

  it('refuses a damaged database', async () => {
    const database = await open(fileAt('m.db'));
    const row = { id: 'k', purpose: 'p', version: 1, ciphertext: Buffer.alloc(20_000, 1), wraps: '[]', created_at: 0 };
    await database.db.insertInto('digest_key').values(row).execute();
    await opened.pop()!.close();
    const bytes = readFileSync(fileAt('m.db'));
    bytes.fill(0xa5, 4096 * 3);
    writeFileSync(fileAt('m.db'), bytes);
    const error = await refusal(fileAt('m.db'));
    expect(error.code).toBe('DAMAGED');
    expect(error.message).toContain('Restore it from a backup');
  });

  it.each(['postgres://user:hunter2@db/mintmark', 'mysql://user:hunter2@db', 'sqlite:', 'sqlite://x', ''])(
    'refuses the URL %p without repeating it',
    async (url) => {
      const error = await openDatabase({ url, clock }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'URL_UNSUPPORTED' });
      expect((error as Error).message).not.toContain('hunter2');
    },
  );
});

describeMigrations('SQLite', newSqliteStorage);
describeSchema('SQLite', newSqliteStorage);

describe('migrations', () => {
  it('are numbered in order, and none needs a later one', () => {
    const numbers = ALL_MIGRATIONS.map(({ name }) => Number.parseInt(name, 10));
    expect(numbers).toEqual(ALL_MIGRATIONS.map((_, index) => index + 1));
    for (const [index, { needs = 1 }] of ALL_MIGRATIONS.entries()) expect(needs).toBeLessThanOrEqual(index + 1);
  });

  it('leave nothing behind in memory', async () => {
    await open(':memory:');
    expect(existsSync(':memory:')).toBe(false);
  });
});
