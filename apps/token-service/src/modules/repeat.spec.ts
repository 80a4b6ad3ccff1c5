import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { repeat, type Repetition } from './repeat.ts';

describe('repeat', () => {
  let runs: number;
  /** Of the run that is in progress. */
  let finish: () => void;
  let repetition: Repetition;

  beforeEach(() => {
    jest.useFakeTimers();
    runs = 0;
    const task = () => {
      runs++;
      return new Promise<void>((resolve) => (finish = resolve));
    };
    repetition = repeat(2, task, () => undefined);
  });
  afterEach(() => void jest.useRealTimers());

  const end = async () => {
    finish();
    await jest.advanceTimersByTimeAsync(0);
  };

  it('runs a pause after each end', async () => {
    await jest.advanceTimersByTimeAsync(1_999);
    expect(runs).toBe(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(runs).toBe(1);
    await end();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(runs).toBe(2);
  });

  it('when woken runs at once, and once, and then a pause later', async () => {
    repetition.wake();
    repetition.wake();
    await jest.advanceTimersByTimeAsync(0);
    expect(runs).toBe(1);
    await end();
    await jest.advanceTimersByTimeAsync(1_999);
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(runs).toBe(2);
  });

  it('when woken during a run, which may have looked too early, runs again right after it', async () => {
    await jest.advanceTimersByTimeAsync(2_000);
    repetition.wake();
    repetition.wake();
    expect(runs).toBe(1);
    await end();
    expect(runs).toBe(2);
    await end();
    expect(runs).toBe(2);
  });

  it('does nothing any more when stopped, woken or not', async () => {
    void repetition.stop();
    repetition.wake();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(runs).toBe(0);
  });
});
