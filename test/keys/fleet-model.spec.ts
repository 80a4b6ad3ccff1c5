import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkTiming, NOMINAL_TIMING, type Timing } from '../../apps/token-service/src/core/model/timing.ts';
import { ALGORITHMS, Fleet } from './fleet.ts';

/** Rotates every two hours, so that a story of a few hours holds several rotations. */
const timing: Timing = { ...NOMINAL_TIMING, rotationPeriodSeconds: 7_200 };
/** What an operator may change with a restart; what is published already keeps what it was published with. */
const timings: readonly Timing[] = [
  timing,
  { ...timing, maxTokenLifetimeSeconds: 300 },
  { ...timing, publishAheadSeconds: 5_000 },
  { ...timing, rotationPeriodSeconds: 3_600 },
];

const REPLICAS = 3;
const replicas = fc.nat(REPLICAS - 1);
const algorithms = fc.constantFrom(...ALGORITHMS);

/** What operators want, of a key in which state: possible ones and one that never is. */
const ORDERS = [
  ['rotate', 'published'],
  ['prepare', 'published'],
  ['activate', 'published'],
  ['deactivate', 'active'],
  ['destroy', 'published'],
  ['destroy', 'deactivated'],
  ['destroy', 'active'],
] as const;

type Step = (fleet: Fleet) => void | Promise<void>;

const seconds = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 400 }) },
  { weight: 1, arbitrary: fc.constantFrom(299, 300, 301, 890, 1_239, 1_240, 3_599, 3_600) },
  { weight: 1, arbitrary: fc.integer({ min: 400, max: 15_000 }) },
);

/** About as long as a lease: the last moments in which a replica may do what it should no longer. */
const late = fc.oneof(fc.constantFrom(289, 297, 298), fc.integer({ min: 270, max: 305 }));

/** Steps print what they are, so that a counterexample can be read. */
function step<Parameters extends unknown[]>(
  name: string,
  parameters: fc.Arbitrary<Parameters>,
  act: (fleet: Fleet, ...values: Parameters) => void | Promise<void>,
): fc.Arbitrary<Step> {
  return parameters.map((values) =>
    Object.assign((fleet: Fleet) => act(fleet, ...values), { toString: () => `${name}(${values.join(', ')})` }),
  );
}

const steps = fc.oneof(
  {
    weight: 4,
    arbitrary: step(
      'sign',
      fc.tuple(replicas, algorithms, fc.integer({ min: 1, max: 900 })),
      (fleet, index, algorithm, lifetime) => fleet.sign(index, algorithm, lifetime),
    ),
  },
  { weight: 4, arbitrary: step('release', fc.tuple(replicas), (fleet, index) => fleet.release(index)) },
  { weight: 4, arbitrary: step('advance', fc.tuple(seconds), (fleet, passed) => fleet.advance(passed)) },
  {
    weight: 2,
    arbitrary: step('run', fc.tuple(fc.integer({ min: 200, max: 9_000 })), (fleet, passed) => fleet.run(passed)),
  },
  { weight: 3, arbitrary: step('poll', fc.tuple(replicas), (fleet, index) => fleet.poll(index)) },
  {
    weight: 1,
    arbitrary: step('pollSlowly', fc.tuple(replicas, seconds), (fleet, index, passed) =>
      fleet.pollSlowly(index, () => fleet.advance(passed)),
    ),
  },
  {
    weight: 1,
    arbitrary: step('straggle', fc.tuple(replicas, late), (fleet, index, passed) => fleet.straggle(index, passed)),
  },
  {
    weight: 1,
    arbitrary: step('straggleByAnswer', fc.tuple(replicas, late, late), (fleet, index, onTheWay, afterwards) =>
      fleet.straggleByAnswer(index, onTheWay, afterwards),
    ),
  },
  { weight: 3, arbitrary: step('rotate', fc.tuple(replicas), (fleet, index) => fleet.rotate(index)) },
  {
    weight: 2,
    arbitrary: step('cutOff', fc.tuple(replicas, fc.boolean()), (fleet, index, cut) => fleet.setCutOff(index, cut)),
  },
  {
    weight: 3,
    arbitrary: step(
      'order',
      fc.tuple(replicas, fc.constantFrom(...ORDERS), algorithms),
      (fleet, index, [verb, state], algorithm) => fleet.order(index, verb, { state, algorithm }),
    ),
  },
  {
    weight: 2,
    arbitrary: step(
      'compromise',
      fc.tuple(replicas, fc.constantFrom(...(['active', 'active', 'published', 'deactivated'] as const)), algorithms),
      (fleet, index, state, algorithm) => fleet.compromise(index, state, algorithm),
    ),
  },
  { weight: 1, arbitrary: step('openEpoch', fc.tuple(replicas), (fleet, index) => fleet.openEpoch(index)) },
  {
    weight: 1,
    arbitrary: step('setClock', fc.tuple(replicas, fc.constantFrom(0, 0, 3_600, -3_600, 25, -25)), (fleet, index, by) =>
      fleet.setClock(index, by),
    ),
  },
  {
    weight: 1,
    // None by which a replica's clock is set, too: what all of them say is taken for right.
    arbitrary: step('setDatabaseClock', fc.tuple(fc.constantFrom(0, 0, 90_000, -90_000, 7_200, 50, -50)), (fleet, by) =>
      fleet.setDatabaseClock(by),
    ),
  },
  {
    weight: 1,
    arbitrary: step('restart', fc.tuple(replicas, fc.nat(timings.length - 1)), (fleet, index, which) =>
      fleet.restart(index, timings[which]!),
    ),
  },
);

// Within ε on either side; a verifier's own error is in its leeway.
const skews = fc.array(
  fc.integer({ min: -9_900, max: 9_900 }).map((millis) => millis / 1000),
  { minLength: REPLICAS, maxLength: REPLICAS },
);

/** Begin every run: a fleet that nothing happens to but a rotation that one does not hear of … */
const QUIET: Step[] = [(fleet) => fleet.run(timing.publishAheadSeconds + 100)];

/** … and, whatever the others are like, an order of each kind. */
const OF_EACH: Step[] = [
  (fleet) => fleet.run(timing.publishAheadSeconds + 100),
  (fleet) => fleet.order(0, 'rotate', { state: 'published', algorithm: 'ES256' }),
  (fleet) => fleet.run(timing.publishAheadSeconds + 100),
  (fleet) => fleet.compromise(1, 'active', 'ES256'),
  (fleet) => fleet.openEpoch(2),
];

describe('a fleet of replicas', () => {
  it('is modelled with durations that are safe', () => {
    for (const each of timings) expect(checkTiming(each)).toEqual([]);
  });

  it('never leaves a gap, a zombie or a contradiction, whatever happens in whatever order', async () => {
    let released = 0;
    let obeyed = 0;
    let compromised = 0;
    let epochs = 0;
    await fc.assert(
      fc.asyncProperty(skews, fc.array(steps, { minLength: 20, maxLength: 60 }), async (off, story) => {
        const fleet = await Fleet.open(timing, off);
        try {
          for (const act of story) await act(fleet);
          await fleet.straggle(REPLICAS - 1, 298);
          await fleet.expectGoodEnd(timing);
          released += fleet.releasedTokens;
          obeyed += fleet.ordersObeyed;
          compromised += fleet.compromisedKeys;
          epochs += fleet.epochsOpened;
        } finally {
          await fleet.close();
        }
      }),
      { numRuns: 10, examples: [QUIET, OF_EACH].map((story) => [[0, 0, 0], story]) },
    );
    // A model in which nothing gets out proves nothing.
    expect(released).toBeGreaterThan(500);
    expect(obeyed).toBeGreaterThan(0);
    expect(compromised).toBeGreaterThan(0);
    expect(epochs).toBeGreaterThan(0);
  }, 120_000);

  it('leaves no gap while two replicas run with different settings, one of them cut off again and again', async () => {
    const fleet = await Fleet.open({ ...timing, publishAheadSeconds: 5_000 }, [0, 0]);
    await fleet.restart(1, { ...timing, rotationPeriodSeconds: 3_600 });
    for (let rounds = 0; rounds < 40; rounds++) {
      await fleet.poll(0);
      fleet.setCutOff(0, true);
      await fleet.run(4_200);
      fleet.setCutOff(0, false);
    }
    await fleet.expectGoodEnd(timing);
    await fleet.close();
  }, 120_000);

  it('lets no verifier trust a compromised key beyond the stated bound, behind a replica that is cut off either', async () => {
    const fleet = await Fleet.open(timing, [0, 0]);
    await fleet.run(timing.publishAheadSeconds);
    await fleet.poll(1);
    fleet.setCutOff(1, true);
    fleet.sign(1, 'ES256', 900);
    await fleet.compromise(0, 'active');
    for (let passed = 0; passed < 2_000; passed += 10) await fleet.advance(10);
    await fleet.release(1);
    expect([fleet.compromisedKeys, fleet.releasedTokens > 0]).toEqual([1, true]);
    fleet.setCutOff(1, false);
    await fleet.expectGoodEnd(timing);
    await fleet.close();
  }, 60_000);
});
