import type { Clock } from '../src/clock.ts';

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** Time that moves only when told, and then lets everything that became due happen in order. */
export class FakeClock implements Clock {
  #now = 1_764_000_000_000;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  schedule(action: () => void, milliseconds: number): () => void {
    const timer = { at: this.#now + Math.max(milliseconds, 0), action };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  async advance(seconds: number): Promise<void> {
    const end = this.#now + seconds * 1000;
    await settled();
    for (let next = this.#dueBy(end); next; next = this.#dueBy(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.action();
      await settled();
    }
    this.#now = end;
  }

  /** Moves the time without running what became due, as a busy event loop does. */
  skip(seconds: number): void {
    this.#now += seconds * 1000;
  }

  #dueBy(end: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** Lets every promise that can settle without I/O do so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
