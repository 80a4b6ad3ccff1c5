/** A token bucket on a clock of milliseconds: `burst` at once, then one each `interval`. */
export class FetchBudget {
  readonly #interval: number;
  readonly #burst: number;
  #tokens: number;
  #countedAt: number;

  constructor(interval: number, burst: number, now: number) {
    this.#interval = interval;
    this.#burst = burst;
    this.#tokens = burst;
    this.#countedAt = now;
  }

  take(now: number): boolean {
    this.#refill(now);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Milliseconds until {@link take} may succeed; 0 if it would now. */
  waitFrom(now: number): number {
    this.#refill(now);
    return this.#tokens >= 1 ? 0 : (1 - this.#tokens) * this.#interval;
  }

  #refill(now: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#countedAt) / this.#interval);
    this.#countedAt = now;
  }
}
