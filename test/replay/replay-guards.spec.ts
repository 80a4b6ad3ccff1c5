import { stat } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { SqlReplayGuard } from '../../apps/token-service/src/adapters/sql/replay-guard.ts';
import { openDatabase } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { InProcessReplayGuard } from '../../apps/token-service/src/adapters/system/in-process-replay-guard.ts';
import { PromptReplayGuard } from '../../apps/token-service/src/adapters/system/prompt-replay-guard.ts';
import { clockOff, ManualClock } from '../keys/manual-clock.ts';
import { describeReplayGuard } from './replay-guard.contract.ts';

describeReplayGuard('a process', async () => {
  const clock = new ManualClock();
  const guard = new InProcessReplayGuard(clock);
  clock.advance(10);
  return { open: async () => guard, now: () => clock.now(), close: async () => undefined };
});

describeReplayGuard('a database', async () => {
  const clock = new ManualClock();
  const database = await openDatabase({ url: 'sqlite::memory:', clock });
  return { open: async () => new SqlReplayGuard(database), now: () => clock.now(), close: () => database.close() };
});

describe('the replay guard of a process', () => {
  const use = (issuedAt: Date, key = 'k') => ({ key, issuedAt, forgetAt: new Date(issuedAt.getTime() + 60_000) });
  const later = (clock: ManualClock, seconds: number) => new Date(clock.now().getTime() + seconds * 1000);

  it('does not decide what was issued before it started, or seems to come from the future', async () => {
    const clock = new ManualClock();
    const guard = new InProcessReplayGuard(clock);
    const atStart = clock.now();
    clock.advance(30);
    await expect(guard.claim(use(atStart))).rejects.toMatchObject({ defect: 'issued-before-guard' });
    await expect(guard.claim(use(later(clock, 3)))).rejects.toMatchObject({ defect: 'issued-before-guard' });
    expect(await guard.claim(use(later(clock, 2)))).toBe(true);
  });

  it('never takes again after a restart what it took before, whatever the clock of the client', async () => {
    for (const ahead of [-5, -1, 0, 1, 2]) {
      const clock = new ManualClock();
      const before = new InProcessReplayGuard(clock);
      clock.advance(30);
      const one = use(later(clock, ahead));
      expect(await before.claim(one)).toBe(true);
      const after = new InProcessReplayGuard(clock);
      for (let second = 0; second < 50; second++) {
        clock.advance(1);
        await expect(after.claim(one)).rejects.toMatchObject({ defect: 'issued-before-guard' });
      }
    }
  });

  it('forgets what is over, so that its memory has an end', async () => {
    const clock = new ManualClock();
    const guard = new InProcessReplayGuard(clock);
    clock.advance(30);
    const one = use(clock.now());
    expect(await guard.claim(one)).toBe(true);
    clock.advance(80);
    // Nobody accepts it any more, so that it is taken shows only that it was forgotten.
    expect(await guard.claim(one)).toBe(true);
  });

  it('forgets what is short-lived though something long-lived came before, and not that', async () => {
    const clock = new ManualClock();
    const guard = new InProcessReplayGuard(clock);
    clock.advance(30);
    const long = { ...use(clock.now(), 'long'), forgetAt: later(clock, 3_600) };
    const short = use(clock.now(), 'short');
    for (const one of [long, short]) expect(await guard.claim(one)).toBe(true);
    clock.advance(80);
    expect(await guard.claim(short)).toBe(true);
    expect(await guard.claim(long)).toBe(false);
  });

  it('forgets nothing early', async () => {
    const clock = new ManualClock();
    const guard = new InProcessReplayGuard(clock);
    clock.advance(30);
    const one = use(clock.now());
    expect(await guard.claim(one)).toBe(true);
    for (let second = 1; second < 60; second++) {
      clock.advance(1);
      expect(await guard.claim(one)).toBe(false);
    }
  });
});

describe('the replay guard of a database', () => {
  it('forgets what is over and nothing else', async () => {
    const clock = new ManualClock();
    const database = await openDatabase({ url: 'sqlite::memory:', clock });
    const guard = new SqlReplayGuard(database);
    const forgetAt = (seconds: number) => new Date(clock.now().getTime() + seconds * 1000);
    await guard.claim({ key: 'short', issuedAt: clock.now(), forgetAt: forgetAt(10) });
    await guard.claim({ key: 'long', issuedAt: clock.now(), forgetAt: forgetAt(100) });
    clock.advance(11);
    await guard.prune();
    expect(await database.db.selectFrom('one_time_use').select('key').execute()).toEqual([{ key: 'long' }]);
    await database.close();
  });

  it.each(['of the database', 'of the machine'])('forgets nothing by a clock %s that leapt', async (whose) => {
    const clock = new ManualClock();
    const leapt = clockOff(clock, () => 86_400);
    const [ofDatabase, ofMachine] = whose === 'of the database' ? [leapt, clock] : [clock, leapt];
    const database = await openDatabase({ url: 'sqlite::memory:', clock: ofDatabase });
    const guard = new SqlReplayGuard({ ...database, clock: ofMachine });
    const use = { key: 'k', issuedAt: clock.now(), forgetAt: new Date(clock.now().getTime() + 10_000) };
    await guard.claim(use);
    await guard.prune();
    expect(await guard.claim(use)).toBe(false);
    await database.close();
  });

  it('says that it cannot tell when the database does not answer', async () => {
    const database = await openDatabase({ url: 'sqlite::memory:', clock: new ManualClock() });
    await database.close();
    const claim = new SqlReplayGuard(database).claim({ key: 'k', issuedAt: new Date(), forgetAt: new Date() });
    await expect(claim).rejects.toMatchObject({ defect: 'guard-unreachable' });
  });
});

describe('the replay guard of a database that takes nothing', () => {
  it('keeps nobody waiting for their turn to hear of it', async () => {
    const database = await openDatabase({ url: 'sqlite::memory:', clock: new ManualClock() });
    await database.db.schema.dropTable('one_time_use').execute();
    const guard = new SqlReplayGuard(database);
    const before = database.statements();
    const now = new Date();
    const claims = Array.from({ length: 2_500 }, (_, index) =>
      guard.claim({ key: `${index}`, issuedAt: now, forgetAt: now }),
    );
    const refused = (await Promise.allSettled(claims)).filter(({ status }) => status === 'rejected');
    expect([refused.length, database.statements() - before]).toEqual([2_500, 4]);
    await database.close();
  });
});

describe('a prompt replay guard', () => {
  const use = { key: 'k', issuedAt: new Date(), forgetAt: new Date() };

  it('cannot tell where there is no answer, and says so each time', async () => {
    let late = 0;
    const guard = new PromptReplayGuard({ claim: () => new Promise(() => undefined) }, () => late++);
    const claims = await Promise.allSettled([guard.claim(use), guard.claim(use)]);
    expect(claims).toMatchObject(Array(2).fill({ reason: { defect: 'guard-unreachable' } }));
    expect(late).toBe(2);
  });

  it('is not late itself: what was answered while the process was busy counts', async () => {
    await new Promise((resolve) => setImmediate(resolve)); // what is read comes after the timers
    const guard = new PromptReplayGuard({ claim: () => stat('.').then(() => true) });
    const claim = guard.claim(use);
    const busyUntil = performance.now() + 1_100;
    while (performance.now() < busyUntil);
    expect(await claim).toBe(true);
  });

  it('hands on the answer that there is', async () => {
    const late = () => expect('late').toBe('in time');
    expect(await new PromptReplayGuard({ claim: async () => false }, late).claim(use)).toBe(false);
    const failure = new Error('broken');
    await expect(new PromptReplayGuard({ claim: () => Promise.reject(failure) }, late).claim(use)).rejects.toBe(
      failure,
    );
  });
});
