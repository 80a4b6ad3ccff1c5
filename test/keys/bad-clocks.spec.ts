import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { NOMINAL_TIMING as timing } from '../../apps/token-service/src/core/model/timing.ts';
import { Fleet } from './fleet.ts';
import { openMemory, replica, settle, type Replica } from './key-lab.ts';
import { clockOff, ManualClock } from './manual-clock.ts';

const R = timing.rotationPeriodSeconds;
const Z = timing.signingLeaseSeconds;

describe('clocks that are ten seconds off, one ahead and one behind', () => {
  it('leave no gap, through rotations and through a replica cut off at the wrong moment', async () => {
    const own = { ...timing, rotationPeriodSeconds: 7_200 };
    const fleet = await Fleet.open(own, [10, -10, 0]);
    for (let rotations = 0; rotations < 6; rotations++) {
      await fleet.straggle(rotations % 3, Z - 1);
      await fleet.run(3_000);
    }
    expect(fleet.releasedTokens).toBeGreaterThan(100);
    await fleet.expectGoodEnd(own);
    await fleet.close();
  }, 60_000);
});

describe('a clock that leaps by an hour', () => {
  let clock: ManualClock;
  let database: Database;
  let service: Replica;
  let off = 0;

  beforeEach(async () => {
    off = 0;
    clock = new ManualClock();
    database = await openMemory(clock);
    service = replica({ database, clock: clockOff(clock, () => off) });
    await service.initialise.execute();
  });
  afterEach(() => database.close());

  const refused = expect.objectContaining({ code: 'SIGNING_LEASE_LAPSED' });

  describe.each([3_600, -3_600])('by %d s', (leap) => {
    it('stops signing at once, also what was signed and not yet released, and says why', () => {
      const key = service.ring.active('ES256');
      off = leap;
      expect(() => service.ring.active('ES256')).toThrow(refused);
      expect(() => service.ring.release('token', key)).toThrow(refused);
      expect(service.ring.readiness()).toEqual({
        ready: false,
        reasons: [expect.stringMatching(/clock leapt by -?3600\.0 s/)],
      });
    });

    it('is an alarm at every poll, however long it lasts, and no poll makes it sign again', async () => {
      off = leap;
      for (let polls = 0; polls < 5; polls++) {
        clock.advance(timing.pollSeconds);
        await expect(service.refresh.execute()).rejects.toThrow(/3600\.0 s .* the database's/);
        expect(() => service.ring.active('ES256')).toThrow(refused);
        expect(service.refresh.clockOffsetSeconds).toBe(-leap);
      }
    });

    it('goes on with the next poll once the clock is right', async () => {
      off = leap;
      await service.refresh.execute().catch(() => undefined);
      off = 0;
      expect(() => service.ring.active('ES256')).toThrow(refused);
      await service.refresh.execute();
      expect(service.ring.readiness()).toEqual({ ready: true });
    });

    it('does not move a rotation: that is decided by the clock of the database', async () => {
      off = leap;
      await expect(settle(service.rotate)).resolves.toMatchObject({ waits: [{ for: 'rotation-period' }] });
      clock.advance(R);
      await expect(service.rotate.execute()).resolves.toMatchObject({
        outcome: 'done',
        transition: { name: 'activate' },
      });
    });
  });
});
