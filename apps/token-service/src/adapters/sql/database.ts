import type { Kysely } from 'kysely';
import type { Clock } from '../../core/ports/clock.ts';
import type { SqlDialect, Subject } from './dialect.ts';
import type { Migration } from './migrator.ts';
import type { Tables } from './schema.ts';
import type { StatementObserver } from './statement-observer.ts';

/** What opening takes, whichever database it is. */
export interface Opening {
  readonly clock: Clock;
  readonly migrations: readonly Migration[];
  /** Sees each statement before it runs. */
  readonly observe: StatementObserver;
}

export interface OpenedDatabase {
  readonly db: Kysely<Tables>;
  readonly dialect: SqlDialect;
  /**
   * Calls `onChange` when another replica has changed something, and when it may have without a word. It is only ever sooner than a
   * poll, never instead of one: where a database cannot tell, it is never called.
   */
  listen(onChange: (subject: Subject) => void): { close(): Promise<void> };
  close(): Promise<void>;
}
