import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { systemClock } from '../../apps/token-service/src/adapters/system/system-clock.ts';
import { NOMINAL_TIMING } from '../../apps/token-service/src/core/model/timing.ts';
import type { KeyRepository } from '../../apps/token-service/src/core/ports/key-repository.ts';
import type { SigningKeyProvider } from '../../apps/token-service/src/core/ports/signing-key-provider.ts';
import { keyIn, keySet, openMemory, providerWith, replica, servedKids, statesOf, type Replica } from './key-lab.ts';
import type { NewStorage, TestStorage } from '../storage/test-storage.ts';
import { ManualClock } from './manual-clock.ts';

type Random = (below: number) => number;

const REPLICAS = 20;

/** Twenty replicas, stalled at random, make so many due rotations: one successor each, and nothing piles up. */
export async function expectSuccession(rotations: number, newStorage: NewStorage = newMemoryStorage): Promise<void> {
  const clock = new ManualClock();
  const storage = await newStorage();
  const database = await storage.connect({ clock });
  const random = xorshift(20_261_124);
  const replicas = Array.from({ length: REPLICAS }, () => storage.connect({ clock }));
  const fleet = (await Promise.all(replicas)).map((own) => stalling(own, clock, random));
  await Promise.all(fleet.map(({ initialise }) => initialise.execute()));
  let contested = 0;
  let successor = keyIn(await keySet(database), 'published').kid;
  for (let made = 0; made < rotations; made++) {
    clock.advance(NOMINAL_TIMING.rotationPeriodSeconds);
    contested += await rotateTogether(fleet, random);
    const set = await keySet(database);
    expect(keyIn(set, 'active').kid).toBe(successor);
    successor = keyIn(set, 'published').kid;
    const { active, published, deactivated = 0, ...others } = statesOf(set);
    expect([active, published, deactivated <= 1, others]).toEqual([1, 1, true, {}]);
  }
  // Replicas that never met prove nothing.
  expect(contested).toBeGreaterThan(rotations);
  await expectNoMoreThanNeeded(database, fleet[0]!, rotations);
  await storage.close();
}

/** One connection for all: what replicas do there at once, they do in turns. */
function newMemoryStorage(): Promise<TestStorage> {
  let opened: Promise<Database> | undefined;
  return Promise.resolve({
    connect: ({ clock = systemClock } = {}) => (opened ??= openMemory(clock)),
    copy: newMemoryStorage,
    close: async () => (await opened)?.close(),
  });
}

/** @returns how often one was told that another was faster */
async function rotateTogether(fleet: readonly Replica[], random: Random): Promise<number> {
  let contested = 0;
  for (let atRest = false; !atRest;) {
    // Who is not among them is stalled for longer than a round.
    const awake = fleet.filter(() => random(REPLICAS) < 3);
    const steps = await Promise.all(awake.map(({ rotate }) => rotate.execute()));
    contested += steps.filter(({ outcome }) => outcome === 'already-done').length;
    atRest = steps.length > 0 && steps.every(({ outcome }) => outcome === 'waiting');
  }
  return contested;
}

function stalling(database: Database, clock: ManualClock, random: Random): Replica {
  const stall = async () => {
    for (let turns = random(4); turns > 0; turns--) await nextTurn();
  };
  return replica({
    database,
    clock,
    wrapRepository: (real): KeyRepository => ({
      load: async () => (await stall(), real.load()),
      version: () => real.version(),
      transact: async (decide) => (await stall(), real.transact(decide)),
      releaseHandle: async (id) => (await stall(), real.releaseHandle(id)),
    }),
    wrapProvider: (real): SigningKeyProvider =>
      providerWith(real, { create: async (request) => (await stall(), real.create(request)) }),
  });
}

async function expectNoMoreThanNeeded({ db }: Database, one: Replica, rotations: number): Promise<void> {
  await one.refresh.execute();
  expect(servedKids(one)).toHaveLength(3);
  const alive = await db.selectFrom('signing_key').select('id').where('state', '<>', 'destroyed').execute();
  const held = await db.selectFrom('local_key').select('id').execute();
  expect(alive).toHaveLength(3);
  expect(held.map(({ id }) => id).sort()).toEqual(alive.map(({ id }) => id).sort());
  const activated = await db.selectFrom('key_event').select('version').where('transition', '=', 'activate').execute();
  expect(activated).toHaveLength(rotations + 1);
}

/** The same numbers every time, so that a failure can be looked at. @returns 0 to below */
function xorshift(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
