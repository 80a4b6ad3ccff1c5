import type { Clock } from '../../core/ports/clock.ts';
import { ReplayGuardError, type OneTimeUse, type ReplayGuard } from '../../core/ports/replay-guard.ts';

/** More than a service with one process can be asked for within the life of an assertion. */
const MOST_USES = 1_000_000;

/** How far the clock of whoever issued it may be ahead of ours, in seconds. */
const AHEAD_SECONDS = 2;

/**
 * Remembers uses in this process, for a service that is no more than that. What may have been used before it started it cannot
 * know, so that is not decided: nor is what claims to come from the future, for it would still be new after a restart.
 */
export class InProcessReplayGuard implements ReplayGuard {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #memoryBegins: number;
  /** In the order in which they came; the ends are in almost the same order, and forgetting late does no harm. */
  readonly #uses = new Map<string, number>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    this.#memoryBegins = clock.now().getTime() + AHEAD_SECONDS * 1000;
  }

  claim({ key, issuedAt, forgetAt }: OneTimeUse): Promise<boolean> {
    const now = this.#clock.now().getTime();
    const issued = issuedAt.getTime();
    if (issued <= this.#memoryBegins || issued > now + AHEAD_SECONDS * 1000) {
      return Promise.reject(new ReplayGuardError('issued-before-guard', 'issued outside of what is remembered'));
    }
    this.#forget(now);
    if (this.#uses.has(key)) return Promise.resolve(false);
    if (this.#uses.size >= MOST_USES) {
      return Promise.reject(new ReplayGuardError('guard-unreachable', 'more uses than can be remembered'));
    }
    this.#uses.set(key, forgetAt.getTime());
    return Promise.resolve(true);
  }

  #forget(now: number): void {
    for (const [key, forgetAt] of this.#uses) {
      if (forgetAt > now) return;
      this.#uses.delete(key);
    }
  }
}
