import { ReplayGuardError, type OneTimeUse, type ReplayGuard } from '../../core/ports/replay-guard.ts';
import { earliestTime, type Clocks } from './earliest-time.ts';

interface Claim {
  readonly use: OneTimeUse;
  readonly resolve: (isFirst: boolean) => void;
  readonly reject: (error: ReplayGuardError) => void;
}

/** Of statements under way: one that hangs must not stop the others. */
const MOST_AT_ONCE = 4;
const MOST_TOGETHER = 500;

/**
 * Remembers uses in the database that all replicas share: of rows with one key only the first is ever inserted. Uses that have to
 * wait go into one statement, so that thousands at once (all that watch, say, after a restart) take no longer than the database can.
 */
export class SqlReplayGuard implements ReplayGuard {
  readonly #store: Clocks;
  #waiting: Claim[] = [];
  #underWay = 0;

  constructor(store: Clocks) {
    this.#store = store;
  }

  claim(use: OneTimeUse): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ use, resolve, reject });
      if (this.#underWay < MOST_AT_ONCE) void this.#claimAll();
    });
  }

  /** Forgets what is over. */
  async prune(): Promise<void> {
    const now = await earliestTime(this.#store);
    await this.#store.db.deleteFrom('one_time_use').where('forget_at', '<', now).execute();
  }

  async #claimAll(): Promise<void> {
    this.#underWay += 1;
    while (this.#waiting.length > 0) await this.#claimTogether(this.#waiting.splice(0, MOST_TOGETHER));
    this.#underWay -= 1;
  }

  async #claimTogether(claims: readonly Claim[]): Promise<void> {
    try {
      const first = await this.#insert(claims.map(({ use }) => use));
      for (const { use, resolve } of claims) resolve(first.delete(use.key)); // twice in one statement is still once
    } catch (cause) {
      const error = new ReplayGuardError('guard-unreachable', 'the database did not take the use', { cause });
      // Those that wait, too: while the database is away they would wait for nothing, and be more and more.
      for (const { reject } of [...claims, ...this.#waiting.splice(0)]) reject(error);
    }
  }

  /** The keys that were not there before. */
  async #insert(uses: readonly OneTimeUse[]): Promise<Set<string>> {
    const rows = uses.map(({ key, forgetAt }) => ({ key, forget_at: forgetAt.getTime() }));
    // In one order everywhere: replicas that insert the same two keys the other way round would wait for each other.
    rows.sort((one, other) => (one.key < other.key ? -1 : 1));
    const inserted = await this.#store.db
      .insertInto('one_time_use')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .returning('key')
      .execute();
    return new Set(inserted.map(({ key }) => key));
  }
}
