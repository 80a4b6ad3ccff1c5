import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { planInEachRing } from '../../apps/token-service/src/core/administration/compromise-rings.ts';
import { RING_NAMES, type RingName } from '../../apps/token-service/src/core/administration/views.ts';
import { compromiseTogether } from '../../apps/token-service/src/core/keys/lifecycle/compromise-together.ts';
import { DatabaseWitness } from '../../apps/token-service/src/core/keys/witness/database-witness.ts';
import { NOMINAL_TIMING as timing } from '../../apps/token-service/src/core/model/timing.ts';
import {
  forgetfulWitness,
  ISSUER,
  keyIn,
  openMemory,
  replica,
  storedSeal,
  testKek,
  type Replica,
  type ReplicaOptions,
} from './key-lab.ts';
import { ManualClock } from './manual-clock.ts';

const [LEAKED, SOUND] = [testKek(1), testKek(2)];

let clock: ManualClock;
let database: Database;
let witness: DatabaseWitness;
let rings: Record<RingName, Replica>;

beforeEach(async () => {
  clock = new ManualClock();
  database = await openMemory(clock);
  await start({ kek: LEAKED });
  clock.advance(timing.publishAheadSeconds);
  await start({ kek: SOUND, moreKeks: [LEAKED] });
});
afterEach(() => database.close());

/** A process with every ring begins on what is there. */
async function start({ kek = SOUND, moreKeks = [] }: Pick<ReplicaOptions, 'kek' | 'moreKeks'>): Promise<void> {
  const seal = await storedSeal(database, [kek, ...moreKeks]);
  witness = await DatabaseWitness.open({ store: forgetfulWitness(), seal, onFailure: () => undefined });
  const [first, admin, revocations] = RING_NAMES.map((name) =>
    replica({
      database,
      clock,
      witness,
      seal,
      kek,
      moreKeks,
      issuer: name === 'public' ? ISSUER : `${ISSUER}#${name}`,
    }),
  ) as [Replica, Replica, Replica];
  rings = { public: first, admin, revocations };
  for (const ring of Object.values(rings)) await ring.initialise.execute();
}

/** Planned when it is given, and carried out when it is told to. */
async function custodyOrder(ring: RingName, actor: string) {
  const { kid } = rings[ring].ring.active('ES256');
  const order = { ring, kid, scope: 'custody', reason: 'leaked', withoutStandby: 'fresh-key' } as const;
  const planned = await planInEachRing(order, (name, each) => rings[name].compromise.plan(each));
  const parts = planned.map((each) => ({ ...each, keys: rings[each.ring].compromise, planned: each.outcome }));
  return () => compromiseTogether(parts, actor, witness.intents);
}

const signers = async () =>
  Object.fromEntries(
    await Promise.all(
      RING_NAMES.map(async (name) => [name, keyIn((await rings[name].repository.load()).value, 'active').kid] as const),
    ),
  );

describe('a compromised custody', () => {
  it('is lost in every ring when two order it at once, each by a key of another ring', async () => {
    const before = await signers();
    const orders = [await custodyOrder('public', 'ann'), await custodyOrder('admin', 'bob')];
    const answers = await Promise.all(orders.map((carryOut) => carryOut()));
    expect(answers.map((each) => each.length)).toEqual([3, 3]);
    expect(answers.flat().reduce((sum, { lost }) => sum + lost.length, 0)).toBe(6);
    const after = await signers();
    expect(Object.entries(before).filter(([name, kid]) => after[name] === kid)).toEqual([]);
    expect(witness.record.reserved).toEqual([]);
  });
});
