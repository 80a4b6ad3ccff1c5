import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { NOMINAL_TIMING as timing } from '../../apps/token-service/src/core/model/timing.ts';
import type { KeyRepository } from '../../apps/token-service/src/core/ports/key-repository.ts';
import { Fleet } from './fleet.ts';
import { keyIn, keySet, openMemory, replica, settle, statesOf, type Replica } from './key-lab.ts';
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

    it('keeps no replica from starting: it says why it signs nothing, and does once the clock is right', async () => {
      off = leap;
      const started = replica({ database, clock: clockOff(clock, () => off) });
      await started.initialise.execute();
      const reason = expect.stringMatching(/^no key set is loaded: .* 3600\.0 s .* the database's/);
      expect(started.ring.readiness()).toEqual({ ready: false, reasons: [reason] });
      off = 0;
      await started.refresh.execute();
      expect(started.ring.readiness()).toEqual({ ready: true });
    });

    it('leaves rotation to others, and says so', async () => {
      const other = replica({ database, clock });
      clock.advance(R);
      const before = await keySet(database);
      off = leap;
      const abstains = expect.stringMatching(/3600\.0 s .* the database's, more than 10 s/);
      await expect(service.rotate.execute()).resolves.toEqual({ outcome: 'waiting', waits: [], blocked: [], abstains });
      expect(await keySet(database)).toEqual(before);
      await expect(other.rotate.execute()).resolves.toMatchObject({
        outcome: 'done',
        transition: { name: 'activate' },
      });
      off = 0;
      await expect(service.rotate.execute()).resolves.toMatchObject({ outcome: 'done' });
    });
  });
});

describe("a database's clock that leaps", () => {
  let clock: ManualClock;
  let database: Database;
  let fleet: readonly Replica[];
  /** By how many seconds it is off, and what it is set to at the next lock. */
  let off = 0;
  let offUnderLock: number | undefined;

  beforeEach(async () => {
    [off, offUnderLock] = [0, undefined];
    clock = new ManualClock();
    database = await openMemory(clockOff(clock, () => off));
    const leaping = (real: KeyRepository): KeyRepository => ({
      load: () => real.load(),
      version: () => real.version(),
      releaseHandle: (id) => real.releaseHandle(id),
      transact: (decide) => {
        off = offUnderLock ?? off;
        return real.transact(decide);
      },
    });
    fleet = [0, 1, 2].map(() => replica({ database, clock, wrapRepository: leaping }));
    for (const { initialise } of fleet) await initialise.execute();
    // A key that is retired, and whose tokens are alive, beside a standby that nobody can have yet.
    clock.advance(R);
    await settle(fleet[0]!.rotate);
    clock.advance(10);
  });
  afterEach(() => database.close());

  const steps = () => Promise.all(fleet.map(({ rotate }) => rotate.execute()));
  const abstaining = expect.objectContaining({ outcome: 'waiting', abstains: expect.stringContaining("database's") });
  it.each([86_400, -86_400, 11, -11])(
    'by %d s moves nothing: every replica says so, and signs nothing',
    async (leap) => {
      const before = await keySet(database);
      off = leap;
      expect(await steps()).toEqual([abstaining, abstaining, abstaining]);
      for (const { refresh, ring } of fleet) {
        await expect(refresh.execute()).rejects.toThrow(/the database's, more than 10 s/);
        expect(ring.readiness()).toMatchObject({ ready: false });
      }
      expect(await keySet(database)).toEqual(before);
      off = 0;
      for (const { refresh, ring } of fleet) {
        await refresh.execute();
        expect(ring.readiness()).toEqual({ ready: true });
      }
      expect(await steps()).not.toContainEqual(abstaining);
      expect(await keySet(database)).toEqual(before);
    },
  );

  it.each([86_400, -86_400])('by %d s while a transition waits for its lock moves nothing either', async (leap) => {
    clock.advance(R);
    const before = await keySet(database);
    offUnderLock = leap;
    await expect(fleet[0]!.rotate.execute()).resolves.toEqual(abstaining);
    off = 0;
    const order = { verb: 'rotate', algorithm: 'ES256' } as const;
    await expect(fleet[1]!.operate.execute(order, 'ann')).rejects.toMatchObject({ code: 'KEYS_CLOCK_WRONG' });
    expect(await keySet(database)).toEqual(before);
  });

  it.each([
    [86_400, 'behind'],
    [-86_400, 'ahead of'],
  ])('by %d s obeys no order, and says whose clock it may be', async (leap, where) => {
    off = leap;
    const order = { verb: 'rotate', algorithm: 'ES256' } as const;
    const refused = fleet[0]!.operate.execute(order, 'ann');
    const says = new RegExp(`86400\\.0 s ${where} the database's.*if they all say so, it is the database's`);
    await expect(refused).rejects.toMatchObject({ code: 'KEYS_CLOCK_WRONG', message: expect.stringMatching(says) });
    expect(statesOf(await keySet(database))).toEqual({ deactivated: 1, active: 1, published: 1 });
  });

  it('lets no standby take over from a compromised key unasked: nobody can say who knows it', async () => {
    const { kid } = keyIn(await keySet(database), 'active');
    const order = { target: { kid }, scope: 'key', reason: 'a drill' } as const;
    const { compromise } = fleet[0]!;
    off = 86_400;
    await expect(compromise.execute({ ...order, withoutStandby: 'refuse' }, 'ann')).rejects.toMatchObject({
      code: 'KEYS_COMPROMISE_CHOICE',
      message: expect.stringMatching(/cannot be said how late it is .*86400\.0 s behind/),
    });
    await compromise.execute({ ...order, withoutStandby: 'seal' }, 'ann');
    expect(statesOf(await keySet(database))).toEqual({ compromised: 1, deactivated: 1, published: 1 });
  });

  it('cannot make a key that is published during a compromise sign before its time', async () => {
    const { kid: standby } = keyIn(await keySet(database), 'published');
    const { compromise } = fleet[0]!;
    const order = { scope: 'key', reason: 'a drill', withoutStandby: 'seal' } as const;
    await compromise.execute({ ...order, target: { kid: standby } }, 'ann');
    const { kid } = keyIn(await keySet(database), 'active');
    off = -86_400;
    await compromise.execute({ ...order, target: { kid } }, 'ann');
    off = 0;
    const { kid: next } = keyIn(await keySet(database), 'published');
    clock.advance(timing.publishAheadSeconds - 1);
    await settle(fleet[0]!.rotate);
    expect(statesOf(await keySet(database))).not.toHaveProperty('active');
    clock.advance(1);
    await settle(fleet[0]!.rotate);
    expect(keyIn(await keySet(database), 'active')).toMatchObject({ kid: next });
  });
});
