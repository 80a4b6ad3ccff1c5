import { RequestError } from './errors.ts';
import type { Timing } from './timing.ts';

/** What the database's clock said, and this machine's when it was asked and when the answer came. */
export interface ClockReading {
  readonly databaseTime: Date;
  readonly sent: Date;
  readonly received: Date;
}

type Tolerance = Pick<Timing, 'clockErrorSeconds'>;

/**
 * The database's clock minus this machine's, in seconds. It was read between the two, so it says nothing about a difference that is
 * smaller than that.
 */
export function clockOffsetSeconds({ databaseTime, sent, received }: ClockReading): number {
  const behind = databaseTime.getTime() - received.getTime();
  const ahead = sent.getTime() - databaseTime.getTime();
  return (Math.max(behind, 0) - Math.max(ahead, 0)) / 1000;
}

/**
 * How far the two are apart, if it is more than ε. Which of them is wrong cannot be told from here, so nothing is done by either: a
 * key that was published or retired at a wrong instant would be used too early, or go too early, once the clock is right again.
 */
export function clockTrouble(offsetSeconds: number, { clockErrorSeconds }: Tolerance): string | undefined {
  if (Math.abs(offsetSeconds) <= clockErrorSeconds) return undefined;
  const by = `${Math.abs(offsetSeconds).toFixed(1)} s ${offsetSeconds > 0 ? 'behind' : 'ahead of'}`;
  return `this machine's clock is ${by} the database's, more than ${clockErrorSeconds} s`;
}

/** @throws RequestError KEYS_CLOCK_WRONG */
export function demandSameTime(reading: ClockReading, tolerance: Tolerance): void {
  const trouble = clockTrouble(clockOffsetSeconds(reading), tolerance);
  if (trouble === undefined) return;
  throw new RequestError(
    'KEYS_CLOCK_WRONG',
    `${trouble[0]!.toUpperCase()}${trouble.slice(1)}. Set it (NTP), or ask another replica; if they all say so, it is the ` +
      "database's that is wrong. Nothing was changed.",
  );
}

/** How late it is at the least, and at the most. */
export interface Moment {
  readonly earliest: Date;
  readonly latest: Date;
}

/**
 * For what cannot wait until somebody has found out which of two clocks is wrong: the end of trust. While the two agree, the
 * database's counts.
 */
export function momentOf(reading: ClockReading, tolerance: Tolerance): Moment {
  const { databaseTime, received } = reading;
  if (clockTrouble(clockOffsetSeconds(reading), tolerance) === undefined)
    return { earliest: databaseTime, latest: databaseTime };
  return databaseTime < received
    ? { earliest: databaseTime, latest: received }
    : { earliest: received, latest: databaseTime };
}
