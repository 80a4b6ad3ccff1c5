import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  type SqliteDatabase,
  type SqliteDialectConfig,
  type SqliteStatement,
  type TransactionSettings,
} from 'kysely';
import { isBusy, isUnwritable } from './sqlite-errors.ts';
import type { StatementObserver } from './statement-observer.ts';
import { nothingWasChanged } from './storage-unavailable.ts';

/** Kysely's SQLite dialect over node:sqlite. */
export class EmbeddedDialect extends SqliteDialect {
  readonly #database: DatabaseSync;
  readonly #config: SqliteDialectConfig;

  constructor(database: DatabaseSync, observe: StatementObserver) {
    const config = { database: adapt(database, observe) };
    super(config);
    this.#database = database;
    this.#config = config;
  }

  override createDriver(): Driver {
    return new EmbeddedDriver(this.#config, this.#database);
  }
}

class EmbeddedDriver extends SqliteDriver {
  readonly #database: DatabaseSync;

  constructor(config: SqliteDialectConfig, database: DatabaseSync) {
    super(config);
    this.#database = database;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return new PatientConnection(await super.acquireConnection());
  }

  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings = {}): Promise<void> {
    // A deferred transaction that reads first and writes later fails if another process wrote in between: take the write lock at once.
    const begin = settings.accessMode === 'read only' ? 'begin deferred' : 'begin immediate';
    await connection.executeQuery(CompiledQuery.raw(begin));
  }

  /** On a full disk SQLite may have rolled back by itself (https://www.sqlite.org/lang_transaction.html §3). */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) await super.rollbackTransaction(connection);
  }
}

const PATIENCE_MS = 5_000;

/**
 * Waits for a lock without holding up the event loop: the lock may be held by a transaction of this very process, which
 * could then never finish. Only a statement that was not started is repeated: BEGIN, or one outside a transaction.
 */
class PatientConnection implements DatabaseConnection {
  readonly #connection: DatabaseConnection;

  constructor(connection: DatabaseConnection) {
    this.#connection = connection;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    // A statement holds up the event loop while it runs, and a transaction is many: others have their turn in between.
    await nextTurn();
    for (let waited = 0; ;) {
      try {
        return await this.#connection.executeQuery<Row>(query);
      } catch (error) {
        if (isUnwritable(error)) throw nothingWasChanged(error);
        if (!isBusy(error)) throw error;
        if (waited >= PATIENCE_MS) throw nothingWasChanged(error);
      }
      const pause = 1 + Math.random() * 20;
      waited += pause;
      await delay(pause);
    }
  }

  streamQuery<Row>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<Row>> {
    return this.#connection.streamQuery<Row>(query, chunkSize ?? 1);
  }
}

/** The few lines between what Kysely calls and what node:sqlite offers. */
function adapt(database: DatabaseSync, observe: StatementObserver): SqliteDatabase {
  return {
    prepare(sql) {
      observe(sql);
      return adaptStatement(database.prepare(sql));
    },
    close: () => database.close(),
  };
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])) as IterableIterator<unknown>,
  };
}
