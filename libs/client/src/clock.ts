/** Where the client gets its time from; a test gives its own. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC; must never run backwards. */
  now(): number;
  /** Runs `callback` once, so many milliseconds from now, and returns what cancels it. Default: `setTimeout`. */
  schedule?(callback: () => void, milliseconds: number): () => void;
}

/** A wall clock that is this far ahead of the monotonic one tells of a suspended machine, not of slow drift. */
const SUSPENSION_MS = 1_000;

/** `setTimeout` fires at once beyond this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Time that never runs backwards, whoever sets the wall clock, and that catches up after the machine was suspended
 * (the monotonic clock stands still meanwhile, while tokens go on to expire).
 * @param monotonic milliseconds of a clock nobody can set
 * @param wall milliseconds since 1970-01-01 UTC
 */
export function steadyClock(monotonic = () => performance.now(), wall = () => Date.now()): Clock {
  let offset = wall() - monotonic();
  let wallOffset = offset;
  return {
    now() {
      const elapsed = monotonic();
      const ahead = wall() - elapsed - wallOffset;
      if (ahead > SUSPENSION_MS) offset += ahead;
      if (Math.abs(ahead) > SUSPENSION_MS) wallOffset += ahead;
      return offset + elapsed;
    },
  };
}

/** Runs `action` later without keeping the process alive for it. */
export function scheduleInBackground(clock: Clock, delayMs: number, action: () => void): () => void {
  if (clock.schedule) return clock.schedule(action, delayMs);
  const timer = setTimeout(action, clampDelay(delayMs)).unref();
  return () => clearTimeout(timer);
}

/** Resolves `delayMs` milliseconds from now; somebody waits for it, so it keeps the process alive. */
export function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (clock.schedule) clock.schedule(resolve, delayMs);
    else setTimeout(resolve, clampDelay(delayMs));
  });
}

function clampDelay(delayMs: number): number {
  return Math.min(Math.max(Math.ceil(delayMs), 0), LONGEST_TIMER_MS);
}
