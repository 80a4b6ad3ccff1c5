import type { Kysely } from 'kysely';
import { ReplayGuardError, type OneTimeUse, type ReplayGuard } from '../../core/ports/replay-guard.ts';
import type { SqlDialect } from './dialect.ts';
import type { Tables } from './schema.ts';

/** Remembers uses in the database that all replicas share: of rows with one key only the first is ever inserted. */
export class SqlReplayGuard implements ReplayGuard {
  readonly #db: Kysely<Tables>;
  readonly #dialect: SqlDialect;

  constructor({ db, dialect }: { db: Kysely<Tables>; dialect: SqlDialect }) {
    this.#db = db;
    this.#dialect = dialect;
  }

  async claim({ key, forgetAt }: OneTimeUse): Promise<boolean> {
    try {
      const { numInsertedOrUpdatedRows: inserted } = await this.#db
        .insertInto('one_time_use')
        .values({ key, forget_at: forgetAt.getTime() })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return inserted === 1n;
    } catch (cause) {
      throw new ReplayGuardError('guard-unreachable', 'the database did not take the use', { cause });
    }
  }

  /** Forgets what is over, by the database's clock. */
  async prune(): Promise<void> {
    const now = await this.#dialect.databaseTime(this.#db);
    await this.#db.deleteFrom('one_time_use').where('forget_at', '<', now.getTime()).execute();
  }
}
