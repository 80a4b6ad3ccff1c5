import { describe, expect, it } from '@jest/globals';
import {
  active,
  AFTERLIFE,
  at,
  deactivated,
  generating,
  P,
  published,
  publishedUnder,
  R,
  T0,
} from '../../../../../../test/keys/keys-in-states.ts';
import type { SigningAlgorithm } from '@mintmark/contract';
import { destroyKey, type SigningKey } from '../../model/signing-key.ts';
import { NOMINAL_TIMING as timing } from '../../model/timing.ts';
import type { VerifierEvidence } from '../../model/verifier-evidence.ts';
import { FIRST_KEY, nextTransitions } from './next-transition.ts';

interface Case {
  readonly when: string;
  readonly keys: readonly SigningKey[];
  readonly now: number;
  readonly firstKey?: boolean;
  readonly algorithms?: readonly SigningAlgorithm[];
  readonly due: readonly string[];
  readonly waits?: readonly string[];
}

const table: readonly Case[] = [
  { when: 'there is nothing', keys: [], now: 0, firstKey: true, due: ['generate ES256'] },
  { when: 'a key is being made', keys: [generating('a')], now: 0, firstKey: true, due: ['publish a'] },
  {
    when: 'the very first key is published',
    keys: [published('a')],
    now: 0,
    firstKey: true,
    due: ['activate a first'],
  },
  { when: 'the first key signs, without a standby', keys: [active('a')], now: 0, due: ['generate ES256'] },
  {
    when: 'the standby is fresh',
    keys: [active('a'), published('b')],
    now: 0,
    due: [],
    waits: [`activate b at ${R} for rotation-period`],
  },
  {
    when: 'the period is all but over',
    keys: [active('a'), published('b')],
    now: R - 0.001,
    due: [],
    waits: [`activate b at ${R} for rotation-period`],
  },
  { when: 'the period is over', keys: [active('a'), published('b')], now: R, due: ['activate b for a'] },
  {
    when: 'the period is over and the standby is too young',
    keys: [active('a'), published('b', R - 10)],
    now: R,
    due: [],
    waits: [`activate b at ${R - 10 + P} for publish-ahead`],
  },
  {
    when: 'the standby comes of age long after the period',
    keys: [active('a'), published('b', R)],
    now: R + P,
    due: ['activate b for a'],
  },
  {
    when: 'no key signs and the standby is too young',
    keys: [published('b')],
    now: P - 0.001,
    due: [],
    waits: [`activate b at ${P} for publish-ahead`],
  },
  { when: 'no key signs and the standby is of age', keys: [published('b')], now: P, due: ['activate b'] },
  {
    when: 'a key has just retired',
    keys: [deactivated('a'), active('b'), published('c')],
    now: 0,
    due: [],
    waits: [`destroy a at ${AFTERLIFE} for last-token`, `activate c at ${R} for rotation-period`],
  },
  {
    when: 'the last token of a retired key may still live',
    keys: [deactivated('a'), active('b'), published('c')],
    now: AFTERLIFE - 0.001,
    due: [],
    waits: [`destroy a at ${AFTERLIFE} for last-token`, `activate c at ${R} for rotation-period`],
  },
  {
    when: 'the last token of a retired key is dead',
    keys: [deactivated('a'), active('b'), published('c')],
    now: AFTERLIFE,
    due: ['destroy a'],
    waits: [`activate c at ${R} for rotation-period`],
  },
  {
    when: 'there is more than one thing to do',
    keys: [deactivated('a', -AFTERLIFE), active('b'), published('c'), generating('x', 'EdDSA')],
    algorithms: ['EdDSA', 'RS256', 'ES256'],
    now: R,
    due: ['activate c for b', 'publish x', 'generate RS256', 'destroy a'],
  },
  {
    when: 'a second algorithm comes into use',
    keys: [active('a'), published('b'), published('x', 0, 'EdDSA')],
    algorithms: ['ES256', 'EdDSA'],
    now: 0,
    due: [],
    waits: [`activate x at ${P} for publish-ahead`, `activate b at ${R} for rotation-period`],
  },
  {
    when: 'an algorithm is no longer in use',
    keys: [active('x', 0, 'EdDSA'), active('a'), published('b')],
    now: 1,
    due: [],
    waits: [`activate b at ${R} for rotation-period`],
  },
  {
    when: 'a key of an algorithm that is no longer in use may sign no more',
    keys: [active('x', 0, 'EdDSA'), active('a', 3 * R), published('b')],
    now: 3 * R,
    due: ['deactivate x'],
    waits: [`activate b at ${4 * R} for rotation-period`],
  },
  {
    when: 'the key of an algorithm in use may sign no more, and there is no standby',
    keys: [active('a')],
    now: 3 * R,
    due: ['generate ES256'],
  },
  {
    when: 'as many keys are published as verifiers are given',
    keys: [...Array.from({ length: 15 }, (_, index) => deactivated(`d${index}`, index)), active('a')],
    now: 100,
    due: [],
    waits: [
      `generate null at ${AFTERLIFE} for set-size`,
      ...Array.from({ length: 15 }, (_, index) => `destroy d${index} at ${AFTERLIFE + index} for last-token`),
    ],
  },
  {
    when: 'only a destroyed key is left, not yet confirmed',
    keys: [destroyKey(deactivated('a'), T0), active('b'), published('c')],
    now: 0,
    due: [],
    waits: [`activate c at ${R} for rotation-period`],
  },
];

describe('what is due', () => {
  it.each(table)('when $when', ({ keys, now, firstKey, algorithms = ['ES256'], due, waits = [] }) => {
    const set = { keys, firstActivatedAt: firstKey ? null : T0 };
    const agenda = nextTransitions(set, { now: at(now), timing, algorithms });
    expect(agenda.due.map(describeDue)).toEqual(due);
    expect(
      agenda.waits.map((wait) => `${wait.transition} ${wait.kid} at ${sinceT0(wait.until)} for ${wait.for}`),
    ).toEqual(waits);
  });

  describe('heeds the longest P there is', () => {
    it.each([
      ['that of today', [published('b')], 2 * P, 2 * P],
      ['that of the key', [publishedUnder(published('b'), 3 * P)], P, 3 * P],
      ['that of the key it replaces', [publishedUnder(active('a', -R), 4 * P), published('b')], P, 4 * P],
      [
        'that of a key of another algorithm',
        [publishedUnder(published('x', 0, 'EdDSA'), 5 * P), published('b')],
        P,
        5 * P,
      ],
    ] as const)('%s', (_whose, keys, ahead, until) => {
      const today = { ...timing, publishAheadSeconds: ahead };
      const agenda = nextTransitions(
        { keys, firstActivatedAt: T0 },
        { now: at(until - 0.001), timing: today, algorithms: ['ES256'] },
      );
      expect(agenda).toMatchObject({ due: [], waits: [{ kid: 'b', until: at(until), for: 'publish-ahead' }] });
    });
  });

  it('does not touch what it is given', () => {
    const keys = Object.freeze([Object.freeze(active('a')), Object.freeze(published('b'))]);
    expect(() =>
      nextTransitions({ keys, firstActivatedAt: T0 }, { now: at(R), timing, algorithms: ['ES256'] }),
    ).not.toThrow();
  });
});

function sinceT0(instant: Date): number {
  return (instant.getTime() - T0.getTime()) / 1000;
}

function describeDue(due: ReturnType<typeof nextTransitions>['due'][number]): string {
  if (due.name === 'generate') return `generate ${due.algorithm}`;
  if (due.name !== 'activate') return `${due.name} ${due.key.id}`;
  const replaced = due.replaces ? ` for ${due.replaces.kid}` : '';
  return `activate ${due.key.kid}${replaced}${due.reason === FIRST_KEY ? ' first' : ''}`;
}

describe('what verifiers acknowledged', () => {
  const EARLY = 600;
  const LATE = { client: 'inventory', resource: 'inventory', instance: 'pod-3' };
  const evidence = (watching: number, holding: number): VerifierEvidence => ({
    watching,
    holding: new Map([['b', holding]]),
    laggards: new Map([['b', holding < watching ? [LATE] : []]]),
  });
  const old = active('a', -2 * R);
  const agenda = (now: number, told?: VerifierEvidence, with_ = timing) =>
    nextTransitions(
      { keys: [old, published('b')], firstActivatedAt: T0 },
      { now: at(now), timing: with_, algorithms: ['ES256'], ...(told && { evidence: told }) },
    );
  const opens = (now: number, told?: VerifierEvidence) => agenda(now, told).due.some(({ name }) => name === 'activate');

  it('lets a key sign early, if all of them hold it, and never before ten minutes', () => {
    expect([opens(EARLY - 0.001, evidence(40, 40)), opens(EARLY, evidence(40, 40))]).toEqual([false, true]);
  });

  it.each<[string, VerifierEvidence | undefined]>([
    ['one of them does not hold it', evidence(40, 39)],
    ['nobody watches', evidence(0, 0)],
    ['nothing is known of the key', { watching: 3, holding: new Map(), laggards: new Map() }],
    ['it does not count', undefined],
  ])('changes nothing if %s', (_, told) => {
    expect([opens(P - 0.001, told), opens(P, told)]).toEqual([false, true]);
  });

  it('names who is waited for', () => {
    const { waits } = agenda(EARLY, evidence(40, 39));
    expect(waits[0]).toMatchObject({ until: at(P), for: 'publish-ahead', laggards: [LATE] });
    expect(agenda(0, evidence(40, 40)).waits[0]).toEqual(expect.not.objectContaining({ laggards: expect.anything() }));
  });

  it('counts with the longest lease of any key', () => {
    const long = { ...timing, signingLeaseSeconds: 900 };
    const early = (now: number) => agenda(now, evidence(1, 1), long).due.some(({ name }) => name === 'activate');
    expect([early(999.999), early(1_000)]).toEqual([false, true]);
  });
});
