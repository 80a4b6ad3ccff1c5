import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Migration } from '../../apps/token-service/src/adapters/sql/migrator.ts';
import { openDatabase, type Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { systemClock } from '../../apps/token-service/src/adapters/system/system-clock.ts';
import type { Clock } from '../../apps/token-service/src/core/ports/clock.ts';

export interface Connecting {
  /** Also the database's own clock; by default the real one. */
  readonly clock?: Clock;
  readonly migrations?: readonly Migration[];
  readonly observe?: (statement: string) => void;
}

/** The storage of one installation. */
export interface TestStorage {
  /** A connection as another process would have it. */
  connect(options?: Connecting): Promise<Database>;
  /** Another installation that is as this one is now. Nobody may be connected to this one. */
  copy(): Promise<TestStorage>;
  /** Closes every connection, and leaves nothing behind. */
  close(): Promise<void>;
}

/** Makes the storage of a new installation, with nothing in it. */
export type NewStorage = () => Promise<TestStorage>;

export function newSqliteStorage(): Promise<TestStorage> {
  const folder = mkdtempSync(join(tmpdir(), 'mintmark-storage-'));
  return Promise.resolve(sqliteStorage(folder));
}

function sqliteStorage(folder: string): TestStorage {
  const file = join(folder, 'm.db');
  const opened: Database[] = [];
  return {
    connect: async ({ clock = systemClock, ...options } = {}) => {
      // What is seen is what is asked of an open database.
      let observe = (_statement: string): void => undefined;
      const database = await openDatabase({
        ...options,
        url: `sqlite:${file}`,
        clock,
        observe: (each) => observe(each),
      });
      opened.push(database);
      // A process that is killed, unlike a power cut, loses nothing that was written: waiting for the disk would only cost time.
      await sql`pragma synchronous = off`.execute(database.db);
      observe = options.observe ?? observe;
      return database;
    },
    copy: () => {
      const other = mkdtempSync(join(tmpdir(), 'mintmark-storage-'));
      if (existsSync(file)) copyFileSync(file, join(other, 'm.db'));
      return Promise.resolve(sqliteStorage(other));
    },
    close: async () => {
      await Promise.all(opened.map((database) => database.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
