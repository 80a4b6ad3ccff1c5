import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import type { ActiveKey } from '../../apps/token-service/src/core/keys/distribution/held-keys.ts';
import { NOMINAL_TIMING as timing } from '../../apps/token-service/src/core/model/timing.ts';
import { keyIn, keySet, openMemory, replica, settle, type Replica } from './key-lab.ts';
import { ManualClock } from './manual-clock.ts';

const R = timing.rotationPeriodSeconds;
const Z = timing.signingLeaseSeconds;

/** A stopped process (SIGSTOP) does nothing while both of its clocks go on, and then goes on where it was. */
describe('a replica that is stopped across a deactivation', () => {
  let clock: ManualClock;
  let database: Database;
  let running: Replica;
  let stopped: Replica;
  let inHand: ActiveKey;

  beforeEach(async () => {
    clock = new ManualClock();
    database = await openMemory(clock);
    running = replica({ database, clock });
    stopped = replica({ database, clock });
    await running.initialise.execute();
    clock.advance(R - 1);
    await stopped.refresh.execute();
    inHand = stopped.ring.active('ES256');
    clock.advance(1);
    await settle(running.rotate);
    expect(keyIn(await keySet(database), 'deactivated').kid).toBe(inHand.kid);
  });
  afterEach(() => database.close());

  const isReleased = () => {
    try {
      return stopped.ring.release('token', inHand) === 'token';
    } catch (error) {
      expect(error).toMatchObject({ code: 'SIGNING_LEASE_LAPSED' });
      return false;
    }
  };

  it.each([0, 1, Z - 2])('lets out what it held when it goes on %d s later: that is within its lease', (seconds) => {
    clock.advance(seconds);
    expect(isReleased()).toBe(true);
  });

  it.each([Z - 1, Z, Z + 1, 3_600])('lets nothing out when it goes on %d s later', (seconds) => {
    clock.advance(seconds);
    expect(isReleased()).toBe(false);
    expect(() => stopped.ring.active('ES256')).toThrow(expect.objectContaining({ code: 'SIGNING_LEASE_LAPSED' }));
  });

  it.each([Z - 10, Z, 3_600])(
    'nor when it polls before it lets go, %d s later: a fresh lease is not for an old key',
    async (seconds) => {
      clock.advance(seconds);
      await stopped.refresh.execute();
      expect(isReleased()).toBe(false);
      expect(stopped.ring.active('ES256').kid).not.toBe(inHand.kid);
    },
  );

  it('lets out what it held if it polls in time', async () => {
    clock.advance(Z - 11);
    await stopped.refresh.execute();
    expect(isReleased()).toBe(true);
  });
});
