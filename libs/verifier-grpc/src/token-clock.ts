import type { Cancel, Clock } from '@mintmark/verifier';

/** Longest delay a Node timer takes, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** True from the very instant in `exp` on: a stream gets no leeway, its client reconnects with a fresh token. */
export function isExpired(expiresAt: number, clock: Clock): boolean {
  return clock.now() >= expiresAt * 1000;
}

/**
 * Calls `act` once the token has expired: by the clock, not by the timer alone, which may fire early or sleep through a suspend.
 * @param expiresAt NumericDate, seconds
 * @returns stops waiting; harmless when repeated
 */
export function atExpiry(expiresAt: number, clock: Clock, act: () => void): Cancel {
  let cancel: Cancel;
  const wait = (): void => {
    const remaining = Math.max(0, Math.ceil(expiresAt * 1000 - clock.now()));
    const onTimer = (): void => (isExpired(expiresAt, clock) ? act() : wait());
    cancel = schedule(clock, onTimer, Math.min(remaining, LONGEST_TIMER));
  };
  wait();
  return () => cancel();
}

function schedule(clock: Clock, callback: () => void, milliseconds: number): Cancel {
  if (clock.schedule) return clock.schedule(callback, milliseconds);
  const timer = setTimeout(callback, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}
