import { describe, expect, it } from '@jest/globals';
import { steadyClock } from './clock.ts';

function machine() {
  const time = { monotonic: 5_000, wall: 1_764_000_000_000 };
  const clock = steadyClock(
    () => time.monotonic,
    () => time.wall,
  );
  const pass = (monotonic: number, wall: number) => {
    time.monotonic += monotonic;
    time.wall += wall;
  };
  return { clock, pass };
}

describe('the steady clock', () => {
  it('starts at the wall clock and goes with the monotonic one', () => {
    const { clock, pass } = machine();
    expect(clock.now()).toBe(1_764_000_000_000);
    pass(1_500, 1_500);
    expect(clock.now()).toBe(1_764_000_001_500);
  });

  it('does not run backwards when the wall clock is set back, nor stop', () => {
    const { clock, pass } = machine();
    pass(1_000, -3_600_000);
    expect(clock.now()).toBe(1_764_000_001_000);
    pass(1_000, 1_000);
    expect(clock.now()).toBe(1_764_000_002_000);
  });

  it('catches up after the machine was suspended, once', () => {
    const { clock, pass } = machine();
    pass(1_000, 601_000);
    expect(clock.now()).toBe(1_764_000_601_000);
    expect(clock.now()).toBe(1_764_000_601_000);
    pass(1_000, 1_000);
    expect(clock.now()).toBe(1_764_000_602_000);
  });

  it('is not driven by the jitter between the two', () => {
    const { clock, pass } = machine();
    for (let i = 0; i < 1_000; i++) {
      pass(1, i % 2 === 0 ? 3 : -1);
      clock.now();
    }
    expect(clock.now()).toBe(1_764_000_001_000);
  });
});
