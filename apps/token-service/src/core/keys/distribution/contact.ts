import type { Clock } from '../../ports/clock.ts';

/**
 * The moment a question to the database was sent that it answered. What it said was true then or later, so ages count from
 * the sending.
 */
export interface Contact {
  readonly at: Date;
  /** Seconds of the monotonic clock. */
  readonly monotonic: number;
}

/**
 * A contact to be, and what was held when the question was sent. The answer is compared with that: one that was overtaken on its
 * way by another is not of a database that went back.
 */
export interface Question<Head> extends Contact {
  readonly held: Head | undefined;
}

export function contactAt(clock: Clock): Contact {
  return { at: clock.now(), monotonic: clock.monotonic() };
}

/**
 * How long ago it was, in seconds, by whichever clock says more: the monotonic one stands still while a machine is suspended,
 * and the wall clock can be set back.
 */
export function ageSeconds(contact: Contact, clock: Clock): number {
  const byWallClock = (clock.now().getTime() - contact.at.getTime()) / 1000;
  return Math.max(byWallClock, clock.monotonic() - contact.monotonic);
}

/**
 * By how many seconds the wall clock was set forward since, or by how many the machine was suspended; negative: set back.
 */
export function clockLeapSeconds(contact: Contact, clock: Clock): number {
  const byWallClock = (clock.now().getTime() - contact.at.getTime()) / 1000;
  return byWallClock - (clock.monotonic() - contact.monotonic);
}

export function laterContact(one: Contact | undefined, other: Contact): Contact {
  return one && one.monotonic > other.monotonic ? one : other;
}
