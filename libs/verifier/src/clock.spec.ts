import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { systemClock, withTimers } from './clock.ts';

describe('the system clock', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  function stubbed() {
    const time = { wall: 1_000_000, monotonic: 0 };
    jest.spyOn(Date, 'now').mockImplementation(() => time.wall);
    jest.spyOn(performance, 'now').mockImplementation(() => time.monotonic);
    return { time, clock: systemClock() };
  }

  it('follows the wall clock, also forward', () => {
    const { time, clock } = stubbed();
    time.wall += 5_000;
    time.monotonic += 10;
    expect(clock.now()).toBe(1_005_000);
  });

  it('never runs backwards: set back, it goes on at half its pace until it is met again', () => {
    const { time, clock } = stubbed();
    time.wall -= 60_000;
    const told: number[] = [];
    for (let step = 0; step < 5; step++) {
      time.wall += 30_000;
      time.monotonic += 30_000;
      told.push(clock.now() - 1_000_000);
    }
    expect(told).toEqual([15_000, 30_000, 45_000, 60_000, 90_000]);
  });

  it('has timers even where a clock brings none, and cancels them', async () => {
    jest.useFakeTimers();
    const fired = jest.fn();
    const { schedule } = withTimers({ now: () => 0 });
    schedule(fired, 10);
    schedule(fired, 10)();
    await jest.advanceTimersByTimeAsync(20);
    expect(fired).toHaveBeenCalledTimes(1);
    jest.useRealTimers();
  });
});
