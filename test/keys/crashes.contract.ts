import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SigningAlgorithm } from '@mintmark/contract';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { DatabaseWitness } from '../../apps/token-service/src/core/keys/witness/database-witness.ts';
import { canonicalJson, digestOfKeys, type KeySet } from '../../apps/token-service/src/core/model/key-set.ts';
import type { SigningKey } from '../../apps/token-service/src/core/model/signing-key.ts';
import { NOMINAL_TIMING as timing } from '../../apps/token-service/src/core/model/timing.ts';
import { NOTHING_WITNESSED } from '../../apps/token-service/src/core/model/witness-record.ts';
import type { SigningKeyProvider } from '../../apps/token-service/src/core/ports/signing-key-provider.ts';
import {
  epochOpener,
  forgetfulWitness,
  ISSUER,
  keyIn,
  keySet,
  providerWith,
  replica,
  settle,
  statesOf,
  type Replica,
} from './key-lab.ts';
import type { NewStorage, TestStorage } from '../storage/test-storage.ts';
import { ManualClock } from './manual-clock.ts';

const P = timing.publishAheadSeconds;
const R = timing.rotationPeriodSeconds;
const AFTERLIFE = 1_240;

/** A process that dies at the nth point: from then on nothing it asks for happens. */
class Mortal {
  readonly #dyingAt: number;
  #points = 0;

  constructor(dyingAt: number) {
    this.#dyingAt = dyingAt;
  }

  get isDead(): boolean {
    return this.#points >= this.#dyingAt;
  }

  point(): void {
    this.#points++;
    if (this.isDead) throw new Error('killed');
  }

  /** Dies before a call or after its effect, when its answer is lost. */
  async around<Value>(call: () => Promise<Value> | Value): Promise<Value> {
    this.point();
    const value = await call();
    this.point();
    return value;
  }

  provider(real: SigningKeyProvider): SigningKeyProvider {
    return providerWith(real, {
      create: (request) => this.around(() => real.create(request)),
      publicJwk: (handle) => this.around(() => real.publicJwk(handle)),
      sign: (handle, input) => this.around(() => real.sign(handle, input)),
      destroy: (handle) => this.around(() => real.destroy(handle)),
    });
  }
}

interface Story {
  readonly name: string;
  /** Algorithms that were in use when all that happened; ES256 alone is when the process starts. */
  readonly used?: readonly SigningAlgorithm[];
  /** What has happened already when the process starts. */
  readonly past: (service: Replica, clock: ManualClock) => Promise<unknown>;
  /** What it does when it dies. */
  readonly act: (service: Replica, database: Database, clock: ManualClock) => Promise<unknown>;
  /** The least number of points at which it can die: fewer would mean that the test no longer reaches them. */
  readonly points: number;
  /** Told of what is committed even if the process dies in looking at it. */
  readonly byHand?: true;
}

const stories: readonly Story[] = [
  { name: 'the first start', past: async () => {}, act: ({ initialise }) => initialise.execute(), points: 80 },
  {
    name: 'a rotation: activate, generate, publish',
    past: async ({ initialise }, clock) => (await initialise.execute(), clock.advance(R)),
    act: ({ rotate }) => settle(rotate),
    points: 45,
  },
  {
    name: 'a retirement: destroy, release',
    past: async ({ initialise, rotate }, clock) => {
      await initialise.execute();
      clock.advance(R);
      await settle(rotate);
      clock.advance(AFTERLIFE);
    },
    act: ({ rotate }) => settle(rotate),
    points: 20,
  },
  {
    name: 'a rotation by hand',
    byHand: true,
    past: async ({ initialise }, clock) => (await initialise.execute(), clock.advance(P)),
    act: ({ operate }) => operate.execute({ verb: 'rotate', algorithm: 'ES256' }, 'ann'),
    points: 20,
  },
  {
    name: 'a standby being given up by hand',
    byHand: true,
    past: ({ initialise }) => initialise.execute(),
    act: async ({ operate, repository }) => {
      const { kid } = keyIn((await repository.load()).value, 'published');
      await operate.execute({ verb: 'destroy', kid }, 'ann');
    },
    points: 20,
  },
  {
    name: 'a standby being prepared by hand',
    byHand: true,
    past: async ({ initialise, operate, repository }) => {
      await initialise.execute();
      const { kid } = keyIn((await repository.load()).value, 'published');
      await operate.execute({ verb: 'destroy', kid }, 'ann');
    },
    act: ({ operate }) => operate.execute({ verb: 'prepare', algorithm: 'ES256' }, 'ann'),
    points: 20,
  },
  {
    name: 'a compromise of the key that signs',
    byHand: true,
    past: async ({ initialise }, clock) => (await initialise.execute(), clock.advance(P)),
    act: async ({ compromise, repository }) => {
      const { kid } = keyIn((await repository.load()).value, 'active');
      const order = { target: { kid }, scope: 'key', reason: 'a drill', withoutStandby: 'refuse' } as const;
      await compromise.execute(order, 'ann');
    },
    points: 45,
  },
  {
    name: 'a key of an unused algorithm being retired by hand',
    byHand: true,
    used: ['ES256', 'EdDSA'],
    past: async ({ initialise, rotate }, clock) => {
      await initialise.execute();
      clock.advance(P);
      await settle(rotate);
    },
    act: async ({ operate, repository }) => {
      const { keys } = (await repository.load()).value;
      const unused = keys.find((key) => key.state === 'active' && key.algorithm === 'EdDSA');
      if (unused?.state !== 'active') throw new Error('there is no key to retire');
      await operate.execute({ verb: 'deactivate', kid: unused.kid }, 'ann');
    },
    points: 20,
  },
  {
    name: 'a new epoch, in which a compromised key is compromised again',
    byHand: true,
    past: async ({ initialise }, clock) => (await initialise.execute(), clock.advance(P)),
    act: openEpoch,
    points: 45,
  },
];

/** After a restore: the witness knows of a compromise that the database does not. */
async function openEpoch(service: Replica, database: Database, clock: ManualClock): Promise<void> {
  const { value } = await service.stored.load();
  const record = { ...NOTHING_WITNESSED, compromised: { [ISSUER]: [keyIn(value, 'active').kid] } };
  const witness = await DatabaseWitness.open({ store: forgetfulWitness(record), onFailure: () => undefined });
  await witness.sawKeys(ISSUER, value, witness.record);
  await epochOpener({ database, clock, witness, service }).execute('r');
}

/** A process may die anywhere: what it leaves is whole, and the next one goes on. */
export function describeCrashes(name: string, newStorage: NewStorage): void {
  describe.each(stories)(`${name}: killed during $name`, ({ used, past, act, points, byHand }) => {
    let before: TestStorage;
    let startedAt: number;

    beforeAll(async () => {
      const clock = new ManualClock();
      const storage = await newStorage();
      const database = await storage.connect({ clock });
      await past(replica({ database, clock, ...(used && { algorithms: used }) }), clock);
      await database.close();
      before = await storage.copy();
      await storage.close();
      startedAt = clock.now().getTime();
    });

    afterAll(() => before.close());

    it('at every statement and every call to the provider: the set is as before or as after, and the next start finishes', async () => {
      let dyingAt = 1;
      for (let died = true; died; dyingAt++) died = await liveAndDie(dyingAt);
      expect(dyingAt).toBeGreaterThan(points);
    }, 600_000);

    /** @returns whether it died at all */
    async function liveAndDie(dyingAt: number): Promise<boolean> {
      const clock = new ManualClock(startedAt);
      const storage = await before.copy();
      const mortal = new Mortal(dyingAt);
      let observe = () => {};
      const database = await storage.connect({ clock, observe: () => observe() });
      const { version } = await keySet(database);
      observe = () => mortal.point();
      const service = replica({ database, clock, wrapProvider: (real) => mortal.provider(real) });
      const outcome = await act(service, database, clock).catch((error: unknown) => error);
      observe = () => {};
      await database.close();
      const survivor = await storage.connect({ clock });
      const committed = (await keySet(survivor)).version > version;
      // What an operator wanted and is committed is done, whatever becomes of the look at it that follows.
      if (mortal.isDead && !(byHand && committed && !(outcome instanceof Error)))
        expect(outcome).toMatchObject({ message: 'killed' });
      await restart(survivor, clock);
      await storage.close();
      return mortal.isDead;
    }
  });
}

async function restart(database: Database, clock: ManualClock): Promise<void> {
  await expectConsistent(database);
  const service = replica({ database, clock });
  await expect(service.initialise.execute()).resolves.toMatchObject({ blocked: [], sealed: [], orphans: [] });
  await expectAtRest(database);
  const before = service.ring.active('ES256').kid;
  clock.advance(R);
  await settle(service.rotate);
  clock.advance(AFTERLIFE);
  await settle(service.rotate);
  await service.refresh.execute();
  expect(service.ring.active('ES256').kid).not.toBe(before);
  await expectAtRest(database);
}

/** Version, events, digest and rows tell one story, whatever was cut short. */
async function expectConsistent(database: Database): Promise<void> {
  const set = await keySet(database);
  const events = await database.db.selectFrom('key_event').selectAll().orderBy('version').execute();
  expect(events.map(({ version }) => version)).toEqual(Array.from({ length: set.version }, (_, index) => index + 1));
  const replayed = new Map<string, SigningKey>();
  for (const { changes } of events) {
    for (const { key } of JSON.parse(changes) as { key: SigningKey }[]) replayed.set(key.id, key);
  }
  expect(digestOfKeys([...replayed.values()])).toBe(set.digest);
  const activations = events.filter(({ transition }) => transition === 'activate').length;
  expect(statesOf(inUse(set))['active'] ?? 0).toBe(activations > 0 ? 1 : 0);
}

/** One signer, one standby, and not one private key more than the set has use for. */
async function expectAtRest(database: Database): Promise<void> {
  await expectConsistent(database);
  const set = await keySet(database);
  expect(statesOf(inUse(set))).toMatchObject({ active: 1, published: 1 });
  expect([statesOf(set)['generating'], statesOf(set)['destroyed']]).toEqual([undefined, undefined]);
  const stored = await database.db.selectFrom('local_key').select('id').execute();
  expect(stored.map(({ id }) => id).sort()).toEqual(set.keys.map(({ id }) => id).sort());
  expect(canonicalJson(keyIn(set, 'active'))).not.toBe(canonicalJson(keyIn(set, 'published')));
}

/** Keys of another algorithm may be left over from when it was used. */
function inUse({ keys }: KeySet): Pick<KeySet, 'keys'> {
  return { keys: keys.filter(({ algorithm }) => algorithm === 'ES256') };
}
