import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@mintmark/testing';
import { atExpiry, isExpired } from './token-clock.ts';

const DAY = 86_400;

describe('the clock of a stream', () => {
  it('acts at the instant in exp, once', async () => {
    const clock = new FakeClock();
    let acted = 0;
    atExpiry(clock.seconds + 300, clock, () => (acted += 1));
    await clock.advance(299_999);
    expect(acted).toBe(0);
    await clock.advance(1);
    expect(acted).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('never acts once stopped, and leaves no timer', async () => {
    const clock = new FakeClock();
    let acted = 0;
    const stop = atExpiry(clock.seconds + 300, clock, () => (acted += 1));
    stop();
    stop();
    expect(clock.pending).toBe(0);
    await clock.advance(600_000);
    expect(acted).toBe(0);
  });

  it('waits on where the timer fired too early', async () => {
    const clock = new FakeClock();
    let acted = 0;
    // Longer than a Node timer can be: it must be set again, not overflow to at once.
    atExpiry(clock.seconds + 40 * DAY, clock, () => (acted += 1));
    await clock.advance(39 * DAY * 1000);
    expect(acted).toBe(0);
    await clock.advance(DAY * 1000);
    expect(acted).toBe(1);
  });

  it('takes fractions of a second, as scaled time has them', () => {
    const clock = new FakeClock();
    expect(isExpired(clock.seconds + 0.25, clock)).toBe(false);
    expect(isExpired(clock.seconds, clock)).toBe(true);
  });

  it('uses the process timers where the clock has none', async () => {
    const soon = Date.now() / 1000 + 0.01;
    await new Promise<void>((resolve) => atExpiry(soon, { now: () => Date.now() }, resolve));
    expect(Date.now() / 1000).toBeGreaterThanOrEqual(soon);
  });
});
