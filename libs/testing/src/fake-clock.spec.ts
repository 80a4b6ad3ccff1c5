import { describe, expect, it } from '@jest/globals';
import { FakeClock } from './fake-clock.ts';

describe('FakeClock', () => {
  it('fires timers at their own time, in order, also those set on the way', async () => {
    const clock = new FakeClock(0);
    const fired: [string, number][] = [];
    const note = (name: string) => () => void fired.push([name, clock.now()]);
    clock.schedule(note('late'), 300);
    clock.schedule(() => clock.schedule(note('nested'), 50), 100);
    const cancel = clock.schedule(note('cancelled'), 120);
    cancel();
    await clock.advance(200);
    expect(fired).toEqual([['nested', 150]]);
    expect([clock.now(), clock.seconds, clock.pending]).toEqual([200, 0, 1]);
    await clock.advance(1_000);
    expect(fired).toEqual([
      ['nested', 150],
      ['late', 300],
    ]);
  });

  it('lets promises settle between timers', async () => {
    const clock = new FakeClock();
    let turns = 0;
    const tick = async () => {
      await Promise.resolve();
      if (++turns < 5) clock.schedule(() => void tick(), 10);
    };
    clock.schedule(() => void tick(), 10);
    await clock.advance(100);
    expect(turns).toBe(5);
  });
});
