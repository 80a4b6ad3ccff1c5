import type { Kysely, SelectQueryBuilder } from 'kysely';
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

/**
 * Everything in which databases differ, and the only place that may ask which one it is. Repositories are written once, over this.
 *
 * How a change reaches other replicas is not here: they poll, everywhere; a database's own notification could only make that faster.
 */
export interface SqlDialect {
  readonly name: 'sqlite';
  readonly types: ColumnTypes;
  /** What follows the closing parenthesis of CREATE TABLE. */
  readonly tableOptions: string;
  /** Makes a query inside a transaction hold the rows it reads until the end of the transaction. */
  lockRows<Query extends AnySelect>(query: Query): Query;
  /** The database's own clock at this moment, also inside a transaction; not the transaction's start. */
  databaseTime(db: Kysely<Tables>): Promise<Date>;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a lock does not depend on what is selected from where
type AnySelect = SelectQueryBuilder<any, any, any>;

/** SQLite lives in the process, so its clock is that of the process. */
export function sqliteDialect(clock: Clock): SqlDialect {
  return {
    name: 'sqlite',
    types: { text: 'text', integer: 'integer', real: 'real', bytes: 'blob' },
    tableOptions: 'strict',
    // A transaction that may write holds the one write lock from its BEGIN IMMEDIATE on.
    lockRows: (query) => query,
    databaseTime: () => Promise.resolve(clock.now()),
  };
}
