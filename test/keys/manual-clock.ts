import type { Clock } from '../../apps/token-service/src/core/ports/clock.ts';

/** Both clocks of a machine, moved by hand. */
export class ManualClock implements Clock {
  #wall: number;
  #monotonic = 1_000;

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#wall = start;
  }

  now(): Date {
    return new Date(this.#wall);
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** Time passes. */
  advance(seconds: number): void {
    this.#wall += Math.round(seconds * 1000);
    this.#monotonic += seconds;
  }

  /** Someone sets the wall clock, or the machine was suspended: the monotonic clock does not notice. */
  jump(seconds: number): void {
    this.#wall += Math.round(seconds * 1000);
  }
}

/** The clock of a machine that is off, by seconds that may change: its monotonic clock does not notice. */
export function clockOff(clock: Clock, seconds: () => number): Clock {
  return {
    now: () => new Date(clock.now().getTime() + seconds() * 1000),
    monotonic: () => clock.monotonic(),
  };
}
