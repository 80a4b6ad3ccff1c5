import type { Cancel, TimerClock } from '@mintmark/verifier';

interface Timer {
  readonly dueAt: number;
  readonly callback: () => void;
}

/** A clock that moves only when told to, with timers that fire on the way. */
export class FakeClock implements TimerClock {
  readonly #timers = new Set<Timer>();
  #elapsed = 0;
  #start: number;

  /** @param start milliseconds since 1970-01-01 UTC; by default the first second of 2026 */
  constructor(start: number = Date.UTC(2026, 0, 1)) {
    this.#start = start;
  }

  now(): number {
    return this.#start + this.#elapsed;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  /** Sets the time of day, as an operator or a broken time server would; timers do not notice. */
  jump(milliseconds: number): void {
    this.#start += milliseconds;
  }

  /** NumericDate: whole seconds, as tokens carry them. */
  get seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /** Timers that have not fired yet. */
  get pending(): number {
    return this.#timers.size;
  }

  schedule(callback: () => void, milliseconds: number): Cancel {
    const timer = { dueAt: this.#elapsed + Math.max(0, milliseconds), callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Moves on, firing each timer at its own time and letting what it started settle before the next. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#elapsed + milliseconds;
    await settled();
    for (let timer = this.#nextUntil(until); timer; timer = this.#nextUntil(until)) {
      this.#timers.delete(timer);
      this.#elapsed = Math.max(this.#elapsed, timer.dueAt);
      timer.callback();
      await settled();
    }
    this.#elapsed = until;
  }

  #nextUntil(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAt <= until && (!next || timer.dueAt < next.dueAt)) next = timer;
    }
    return next;
  }
}

/** Lets pending promises run: a turn of the event loop passes all chained ones. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
