import type { Clock } from '../../core/ports/clock.ts';
import { ReplayGuardError, type OneTimeUse, type ReplayGuard } from '../../core/ports/replay-guard.ts';

/** More than a service with one process can be asked for within the life of an assertion. */
const MOST_USES = 1_000_000;

/** What is over within the same so many milliseconds is forgotten together. */
const TOGETHER = 10_000;

/** How far the clock of whoever issued it may be ahead of ours, in seconds. */
const AHEAD_SECONDS = 2;

/**
 * Remembers uses in this process, for a service that is no more than that. What may have been used before it started it cannot
 * know, so that is not decided: nor is what claims to come from the future, for it would still be new after a restart.
 */
export class InProcessReplayGuard implements ReplayGuard {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #memoryBegins: number;
  readonly #uses = new Set<string>();
  /** The same by when they are over: short lives must not be kept for a long one that came before. */
  readonly #ends = new Map<number, string[]>();
  #forgetsNext = 0;

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
    this.#remember(key, forgetAt.getTime());
    return Promise.resolve(true);
  }

  #remember(key: string, forgetAt: number): void {
    this.#uses.add(key);
    const end = Math.ceil(forgetAt / TOGETHER) * TOGETHER;
    const others = this.#ends.get(end);
    if (others) others.push(key);
    else this.#ends.set(end, [key]);
  }

  #forget(now: number): void {
    if (now < this.#forgetsNext) return;
    this.#forgetsNext = now + TOGETHER;
    for (const [end, keys] of this.#ends) {
      if (end > now) continue;
      for (const key of keys) this.#uses.delete(key);
      this.#ends.delete(end);
    }
  }
}
