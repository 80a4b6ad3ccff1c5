import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { NOMINAL_TIMING as timing, type Timing } from '../../apps/token-service/src/core/model/timing.ts';
import { openMemory, replica, servedKids, settle } from './key-lab.ts';
import { ManualClock } from './manual-clock.ts';
import { expectSuccession } from './succession.ts';

let clock: ManualClock;
let database: Database;

beforeEach(async () => {
  clock = new ManualClock();
  database = await openMemory(clock);
});
afterEach(() => database.close());

// A thousand of them: thousand-rotations.integration.spec.ts.
it('twenty replicas with random stalls make one successor for each due rotation, and nothing piles up', async () => {
  await expectSuccession(60);
}, 60_000);

describe('rotations by hand, one after another', () => {
  const order = { verb: 'rotate', algorithm: 'ES256' } as const;

  it('wait for the standby of the one before', async () => {
    const { initialise, rotate, operate } = replica({ database, clock });
    await initialise.execute();
    clock.advance(timing.publishAheadSeconds);
    await operate.execute(order, 'ann');
    await settle(rotate);
    const notBefore = new Date(clock.now().getTime() + 1000 * timing.publishAheadSeconds);
    for (let further = 0; further < 2; further++) {
      clock.advance(300);
      await expect(operate.execute(order, 'ann')).rejects.toMatchObject({
        code: 'KEYS_ROTATION_TOO_EARLY',
        told: { notBefore, waitsFor: 'publish-ahead' },
      });
    }
    clock.advance(timing.publishAheadSeconds - 600);
    await expect(operate.execute(order, 'ann')).resolves.toMatchObject({ due: { name: 'activate' } });
  });

  it('cannot push the set past 16 keys, even where verifiers are not waited for', async () => {
    const hasty: Timing = { ...timing, publishAheadSeconds: 1 };
    const service = replica({ database, clock, timing: hasty });
    await service.initialise.execute();
    const refusals: unknown[] = [];
    for (let rotations = 0; rotations < 30; rotations++) {
      clock.advance(10);
      await service.operate.execute(order, 'ann').catch((error: unknown) => refusals.push(error));
      await settle(service.rotate);
      await service.refresh.execute();
      expect(servedKids(service)!.length).toBeLessThanOrEqual(16);
    }
    expect(refusals.length).toBeGreaterThan(10);
    const { told } = refusals[0] as { told: { notBefore: Date; waitsFor: string } };
    expect(refusals[0]).toMatchObject({ code: 'KEYS_SET_FULL', told: { waitsFor: 'set-size' } });
    clock.advance((told.notBefore.getTime() - clock.now().getTime()) / 1000);
    await settle(service.rotate);
    clock.advance(1);
    await expect(service.operate.execute(order, 'ann')).resolves.toMatchObject({ due: { name: 'activate' } });
  });
});
