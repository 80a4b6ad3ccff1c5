import type { Clock } from '../../core/ports/clock.ts';
import type { OpenedDatabase, Opening } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { readDatabaseUrl } from './database-url.ts';
import { ALL_MIGRATIONS } from './migrations/all-migrations.ts';
import type { Migration } from './migrator.ts';
import { openPostgres } from './open-postgres.ts';
import { openSqlite } from './open-sqlite.ts';
import type { StatementObserver } from './statement-observer.ts';

export interface DatabaseOptions {
  /** See {@link readDatabaseUrl}; `sqlite::memory:` for a database that is gone with the process. */
  readonly url: string;
  /** PostgreSQL only. */
  readonly passwordFile?: string | undefined;
  readonly clock: Clock;
  readonly migrations?: readonly Migration[];
  readonly observe?: StatementObserver;
}

export interface Database extends OpenedDatabase {
  /** That of this machine. */
  readonly clock: Clock;
  /** How many statements the driver has been given since the database was opened. */
  statements(): number;
}

/**
 * Opens the database and brings its schema up to date.
 * @throws DatabaseError
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const location = readDatabaseUrl(options.url);
  const { clock } = options;
  let statements = 0;
  const opening: Opening = {
    clock,
    migrations: options.migrations ?? ALL_MIGRATIONS,
    observe: (statement) => {
      statements++;
      options.observe?.(statement);
    },
  };
  switch (location.kind) {
    case 'problem':
      throw new DatabaseError('URL_UNSUPPORTED', `The database URL takes ${location.takes}.`);
    case 'sqlite':
      return { ...(await openSqlite(location.file, opening)), clock, statements: () => statements };
    case 'postgres': {
      const access = { location, passwordFile: options.passwordFile };
      return { ...(await openPostgres(access, opening)), clock, statements: () => statements };
    }
  }
}
