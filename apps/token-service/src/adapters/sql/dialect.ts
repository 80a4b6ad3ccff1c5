import { sql, type Kysely, type SelectQueryBuilder } from 'kysely';
import type { Clock } from '../../core/ports/clock.ts';
import type { Tables } from './schema.ts';

/** Column types, in the words of one database. */
interface ColumnTypes {
  readonly text: string;
  /** Whole numbers and instants (milliseconds since 1970-01-01 UTC). */
  readonly integer: string;
  /** Durations in seconds, which a time scale makes fractional. */
  readonly real: string;
  readonly bytes: string;
}

/** What other replicas may want to look at anew. */
export type Subject = 'keys' | 'registry' | 'revocations';

/**
 * Everything in which databases differ, and the only place that may ask which one it is. Repositories are written once, over this.
 * How each is opened is in open-sqlite.ts and open-postgres.ts, and what its errors mean in sqlite-errors.ts and postgres-errors.ts.
 */
export interface SqlDialect {
  readonly name: 'sqlite' | 'postgres';
  /** Whether several replicas may work on one database, each on a machine of its own. */
  readonly shared: boolean;
  readonly types: ColumnTypes;
  /** What follows the closing parenthesis of CREATE TABLE. */
  readonly tableOptions: string;
  /** Makes a query inside a transaction hold the rows it reads until the end of the transaction. */
  lockRows<Query extends AnySelect>(query: Query): Query;
  /** Makes a query wait for whoever has locked the rows it reads, and read what came of it. */
  awaitRows<Query extends AnySelect>(query: Query): Query;
  /** Inside a transaction: lets one process at a time change the schema. */
  lockSchema(trx: Kysely<Tables>): Promise<void>;
  /** Names of the tables where ours are, or are to be. */
  tableNames(db: Kysely<Tables>): Promise<readonly string[]>;
  /** The database's own clock at this moment, also inside a transaction; not the transaction's start. */
  databaseTime(db: Kysely<Tables>): Promise<Date>;
  /** Inside a transaction: tells whoever listens, once it is committed. Nobody relies on it: everyone polls. */
  announce(trx: Kysely<Tables>, subject: Subject): Promise<void>;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a lock does not depend on what is selected from where
type AnySelect = SelectQueryBuilder<any, any, any>;

/** SQLite lives in the process, so its clock is that of the process. */
export function sqliteDialect(clock: Clock): SqlDialect {
  return {
    name: 'sqlite',
    shared: false,
    types: { text: 'text', integer: 'integer', real: 'real', bytes: 'blob' },
    tableOptions: 'strict',
    // A transaction that may write holds the one write lock from its BEGIN IMMEDIATE on.
    lockRows: (query) => query,
    // In this process there is one connection, and it is in the transaction.
    awaitRows: (query) => query,
    lockSchema: () => Promise.resolve(),
    tableNames: async (db) => (await db.introspection.getTables()).map(({ name }) => name),
    databaseTime: () => Promise.resolve(clock.now()),
    // Another process on the same file is a verb of the host, and the poll sees what it did.
    announce: () => Promise.resolve(),
  };
}

/** Channel of LISTEN and NOTIFY; the payload is the subject. */
export const CHANNEL = 'mintmark_changed';

/** Any number that no other program in the database uses. */
const SCHEMA_LOCK = 0x6d696e746d;

export const postgresDialect: SqlDialect = {
  name: 'postgres',
  shared: true,
  // Compared and sorted by bytes, as SQLite does, whatever language the server was set up in.
  types: { text: 'text collate "C"', integer: 'bigint', real: 'double precision', bytes: 'bytea' },
  tableOptions: '',
  lockRows: (query) => query.forUpdate() as typeof query,
  awaitRows: (query) => query.forShare() as typeof query,
  lockSchema: async (trx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(SCHEMA_LOCK)})`.execute(trx);
  },
  tableNames: async (db) => {
    const query = sql<{ name: string }>`select tablename as name from pg_tables where schemaname = current_schema()`;
    return (await query.execute(db)).rows.map(({ name }) => name);
  },
  databaseTime: async (db) => {
    const query = sql<{ ms: number }>`select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as ms`;
    const { rows } = await query.execute(db);
    return new Date(rows[0]!.ms);
  },
  announce: async (trx, subject) => {
    await sql`select pg_notify(${sql.lit(CHANNEL)}, ${subject})`.execute(trx);
  },
};
