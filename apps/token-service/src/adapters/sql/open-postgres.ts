import { Kysely, PostgresDialect, sql } from 'kysely';
import { DatabaseError } from './database-error.ts';
import type { PostgresLocation } from './database-url.ts';
import type { OpenedDatabase, Opening } from './database.ts';
import { postgresDialect } from './dialect.ts';
import { migrate } from './migrator.ts';
import { sqlState } from './postgres-errors.ts';
import { PostgresListener } from './postgres-listener.ts';
import { MIGRATING, openPool, SERVING, type Patience, type PostgresAccess } from './postgres-pool.ts';
import type { Tables } from './schema.ts';
import { StorageUnavailable } from './storage-unavailable.ts';

const OLDEST_SERVER = 15;

/**
 * Opens a PostgreSQL database and brings its schema up to date. Many processes may do so at once.
 * @throws DatabaseError
 */
export async function openPostgres(access: PostgresAccess, { migrations, observe }: Opening): Promise<OpenedDatabase> {
  const dialect = postgresDialect;
  const connect = (patience: Patience) =>
    new Kysely<Tables>({ dialect: new PostgresDialect({ pool: openPool(access, patience, observe) }) });
  try {
    await using db = connect(MIGRATING);
    await checkServer(db);
    await migrate({ db, dialect }, migrations);
  } catch (error) {
    throw explain(access.location, error);
  }
  const db = connect(SERVING);
  return {
    db,
    dialect,
    listen: (onChange) => new PostgresListener(access, onChange),
    close: () => db.destroy(),
  };
}

async function checkServer(db: Kysely<Tables>): Promise<void> {
  const query = sql<{ version: string; encoding: string }>`
    select current_setting('server_version') as version, current_setting('server_encoding') as encoding`;
  const { version, encoding } = (await query.execute(db)).rows[0]!;
  if (Number.parseInt(version, 10) < OLDEST_SERVER) {
    throw new DatabaseError('SERVER_UNSUITABLE', `PostgreSQL is ${version}; Mintmark needs ${OLDEST_SERVER} or later.`);
  }
  if (encoding !== 'UTF8') {
    throw new DatabaseError(
      'SERVER_UNSUITABLE',
      `The database is encoded in ${encoding}. Create one with encoding UTF8.`,
    );
  }
}

function explain({ host, port, user, database }: PostgresLocation, failure: unknown): unknown {
  const lost = failure instanceof StorageUnavailable;
  const error = lost ? failure.cause : failure;
  if (!lost && sqlState(error) === undefined && !isSystemError(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const at = `PostgreSQL at ${host} (port ${port})`;
  const told = { cause: error };
  // The password is checked on both sides: an empty one does not even leave.
  switch (reason.startsWith('SASL') ? '28P01' : (sqlState(error) ?? '')) {
    case '28P01':
    case '28000':
      return new DatabaseError(
        'ACCESS_DENIED',
        `${at} refuses the user ${user} (${reason}). Check MINTMARK_DATABASE_PASSWORD_FILE and the server's pg_hba.conf.`,
        told,
      );
    case '3D000':
      return new DatabaseError(
        'UNREACHABLE',
        `${at} has no database ${database}. Create it: createdb --owner ${user} --encoding UTF8 ${database}`,
        told,
      );
    case '42501':
      return new DatabaseError(
        'UNWRITABLE',
        `${at}: ${user} may not do what the schema of ${database} needs (${reason}). Make ${user} the owner of the database.`,
        told,
      );
    default:
      if (!lost && !isSystemError(error)) return error;
      return new DatabaseError(
        'UNREACHABLE',
        `${at} cannot be reached (${reason}). Start it, or correct MINTMARK_DATABASE_URL.`,
        told,
      );
  }
}

/** For example a certificate file that is not there. */
function isSystemError(error: unknown): boolean {
  return (error as { syscall?: unknown } | null)?.syscall !== undefined;
}
