/** Stops what {@link Clock.schedule} started; harmless afterwards. */
export type Cancel = () => void;

/** Time as the verifier sees it: one clock for every check and every timer. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. Must never run backwards. */
  now(): number;
  /** Milliseconds since whenever; goes on evenly when the time of day is set. Absent: {@link now}. */
  elapsed?(): number;
  /** Calls back once after `milliseconds`. Absent: the process's own timers, which do not keep it alive. */
  schedule?(callback: () => void, milliseconds: number): Cancel;
}

/** A clock that certainly has timers. */
export type TimerClock = Required<Clock>;

/**
 * The system clock, made to never run backwards: a clock stepped back would revive expired tokens. While the system's
 * time is behind what was last told, time goes on at half its pace, so that a clock that had run ahead is met again.
 */
export function systemClock(): Clock {
  let told = Date.now();
  let toldAt = performance.now();
  return {
    now() {
      const monotonic = performance.now();
      told = Math.max(Date.now(), told + (monotonic - toldAt) / 2);
      toldAt = monotonic;
      return told;
    },
    elapsed: () => performance.now(),
  };
}

export function withTimers(clock: Clock): TimerClock {
  return {
    now: () => clock.now(),
    elapsed: () => (clock.elapsed ? clock.elapsed() : clock.now()),
    schedule: (callback, milliseconds) =>
      clock.schedule?.(callback, milliseconds) ?? startTimer(callback, milliseconds),
  };
}

function startTimer(callback: () => void, milliseconds: number): Cancel {
  const timer = setTimeout(callback, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}
