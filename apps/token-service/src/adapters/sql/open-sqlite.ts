import { closeSync, fchmodSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { DatabaseError } from './database-error.ts';
import type { OpenedDatabase, Opening } from './database.ts';
import { sqliteDialect } from './dialect.ts';
import { migrate } from './migrator.ts';
import type { Tables } from './schema.ts';
import { EmbeddedDialect } from './sqlite-driver.ts';
import { isBusy, isCorrupt, isNotADatabase, isUnwritable } from './sqlite-errors.ts';
import { StorageUnavailable } from './storage-unavailable.ts';

/**
 * Opens an SQLite file, creating it if there is none, and brings its schema up to date.
 * @param file relative to the working directory, or `:memory:`
 * @throws DatabaseError
 */
export async function openSqlite(file: string, { clock, migrations, observe }: Opening): Promise<OpenedDatabase> {
  const path = file === MEMORY ? MEMORY : resolve(file);
  const database = explained(path, () => openFile(path));
  const db = new Kysely<Tables>({ dialect: new EmbeddedDialect(database, observe) });
  const dialect = sqliteDialect(clock);
  try {
    await migrate({ db, dialect }, migrations);
  } catch (error) {
    database.close();
    throw explain(path, error instanceof StorageUnavailable ? error.cause : error);
  }
  return { db, dialect, listen: () => ({ close: () => Promise.resolve() }), close: () => db.destroy() };
}

const MEMORY = ':memory:';

function openFile(file: string): DatabaseSync {
  if (file !== MEMORY) createPrivately(file);
  const database = new DatabaseSync(file, { timeout: OPEN_TIMEOUT_MS, enableForeignKeyConstraints: true });
  try {
    database.exec('pragma journal_mode = wal; pragma synchronous = full');
    const { quick_check: verdict } = database.prepare('pragma quick_check(1)').get() ?? {};
    if (verdict !== 'ok') throw damaged(file, String(verdict));
    database.exec(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const OPEN_TIMEOUT_MS = 5_000;
// Short, because node:sqlite waits on the event loop; the driver repeats the statement without holding it up.
const BUSY_TIMEOUT_MS = 20;

/** SQLite gives its journals the mode of the database, so it is enough to set that one. */
function createPrivately(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const descriptor = openSync(file, 'a', 0o600);
    fchmodSync(descriptor, 0o600);
    closeSync(descriptor);
  } catch (error) {
    throw unwritable(file, error);
  }
}

function explained<Value>(file: string, open: () => Value): Value {
  try {
    return open();
  } catch (error) {
    throw explain(file, error);
  }
}

function explain(file: string, error: unknown): unknown {
  if (isNotADatabase(error)) {
    return new DatabaseError(
      'NOT_A_DATABASE',
      `${file} is not an SQLite database, or its first page is damaged. Name another file, or restore this one from a backup.`,
      { cause: error },
    );
  }
  if (isCorrupt(error)) return damaged(file, (error as Error).message);
  if (isUnwritable(error)) return unwritable(file, error);
  if (isBusy(error)) {
    return new DatabaseError(
      'LOCKED',
      `${file} stays locked by another process. Stop that process, then start again.`,
      { cause: error },
    );
  }
  return error;
}

function damaged(file: string, finding: string): DatabaseError {
  return new DatabaseError(
    'DAMAGED',
    `${file} is damaged (${finding.split('\n').at(-1)}). Nothing was changed. Restore it from a backup together with the key-encryption key.`,
  );
}

function unwritable(file: string, error: unknown): DatabaseError {
  const reason = error instanceof Error ? error.message : String(error);
  return new DatabaseError(
    'UNWRITABLE',
    `${file} cannot be created or written (${reason}). Give this user write access to ${dirname(file)}, or name another file.`,
    { cause: error },
  );
}
