import type { Timing } from './timing.ts';

const BURST = 5;
/** Milliseconds for one more; divided by the time scale. */
const REFILL_MS = 5_000;

/**
 * How often a refused token is replaced ahead of time. A resource that refuses every token (because it is set up
 * wrongly, say) must not turn its callers into a load on the issuer.
 */
export class InvalidationBudget {
  readonly #timing: Timing;
  #left = BURST;
  #countedAt: number;

  constructor(timing: Timing) {
    this.#timing = timing;
    this.#countedAt = timing.clock.now();
  }

  spend(): boolean {
    const { clock, timeScale } = this.#timing;
    const now = clock.now();
    this.#left = Math.min(BURST, this.#left + ((now - this.#countedAt) * timeScale) / REFILL_MS);
    this.#countedAt = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
