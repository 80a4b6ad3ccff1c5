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
import { RequestError } from '../../model/errors.ts';
import { destroyKey, type SigningKey } from '../../model/signing-key.ts';
import { NOMINAL_TIMING as timing } from '../../model/timing.ts';
import { bind, decideOrder, decideOrderNow, type KeyOrder } from './decide-order.ts';

const order = (verb: KeyOrder['verb'], subject: string): KeyOrder =>
  verb === 'rotate' || verb === 'prepare' ? { verb, algorithm: subject as SigningAlgorithm } : { verb, kid: subject };

/** What an order comes to: the transition, or the code it is refused with. */
function decided(keys: readonly SigningKey[], what: KeyOrder, now: number, ...damaged: readonly string[]): string {
  try {
    const { due } = decideOrderNow({ keys }, what, {
      ...{ now: at(now), timing, algorithms: ['ES256'], damaged: new Set(damaged) },
    });
    const subject = due.name === 'generate' ? due.algorithm : due.key.id;
    return due.name === 'activate' && due.replaces
      ? `activate ${subject} for ${due.replaces.id}`
      : `${due.name} ${subject}`;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const { notBefore, waitsFor } = error.told;
    const gate = notBefore instanceof Date ? ` until ${(notBefore.getTime() - T0.getTime()) / 1000}` : '';
    return `${error.code}${gate}${typeof waitsFor === 'string' ? ` for ${waitsFor}` : ''}`;
  }
}

const crowd = Array.from({ length: 14 }, (_, index) => deactivated(`d${index}`, index));
const full = [...crowd, active('a'), published('b', -P)];

interface Case {
  readonly order: readonly [KeyOrder['verb'], string];
  readonly of: string;
  readonly keys: readonly SigningKey[];
  readonly now?: number;
  readonly damaged?: string;
  readonly comes: string;
}

const table: readonly Case[] = [
  {
    order: ['rotate', 'ES256'],
    of: 'a standby of age',
    keys: [active('a'), published('b', -P)],
    comes: 'activate b for a',
  },
  {
    order: ['rotate', 'ES256'],
    of: 'a standby all but of age',
    keys: [active('a'), published('b', -P)],
    now: -0.001,
    comes: 'KEYS_ROTATION_TOO_EARLY until 0 for publish-ahead',
  },
  { order: ['rotate', 'ES256'], of: 'no standby', keys: [active('a')], comes: 'KEYS_NO_STANDBY for publish' },
  { order: ['rotate', 'RS256'], of: 'an algorithm not in use', keys: [active('a')], comes: 'KEYS_ALGORITHM_UNUSED' },
  { order: ['rotate', 'ES256'], of: 'a full set', keys: full, comes: `KEYS_SET_FULL until ${AFTERLIFE} for set-size` },
  { order: ['prepare', 'ES256'], of: 'no standby', keys: [active('a')], comes: 'generate ES256' },
  { order: ['prepare', 'ES256'], of: 'one being made', keys: [active('a'), generating('b')], comes: 'publish b' },
  { order: ['prepare', 'ES256'], of: 'a standby', keys: [active('a'), published('b')], comes: 'KEYS_ALREADY_DONE' },
  { order: ['prepare', 'RS256'], of: 'an algorithm not in use', keys: [], comes: 'KEYS_ALGORITHM_UNUSED' },
  {
    order: ['prepare', 'ES256'],
    of: 'a full set',
    keys: [...crowd, deactivated('e', 20), active('a')],
    comes: `KEYS_SET_FULL until ${AFTERLIFE} for set-size`,
  },
  {
    order: ['activate', 'b'],
    of: 'a standby of age',
    keys: [active('a'), published('b', -P)],
    comes: 'activate b for a',
  },
  { order: ['activate', 'b'], of: 'the first of its algorithm', keys: [published('b', -P)], comes: 'activate b' },
  {
    order: ['activate', 'b'],
    of: 'a standby too young',
    keys: [active('a'), published('b')],
    comes: `KEYS_ROTATION_TOO_EARLY until ${P} for publish-ahead`,
  },
  { order: ['activate', 'a'], of: 'the key that signs', keys: [active('a')], comes: 'KEYS_ALREADY_DONE' },
  { order: ['activate', 'a'], of: 'a retired key', keys: [deactivated('a')], comes: 'KEYS_STATE_WRONG' },
  { order: ['activate', 'z'], of: 'a stranger', keys: [active('a')], comes: 'KEYS_KID_UNKNOWN' },
  {
    order: ['deactivate', 'a'],
    of: 'the key that signs',
    keys: [active('a'), published('b', -P)],
    comes: 'activate b for a',
  },
  { order: ['deactivate', 'a'], of: 'the only key', keys: [active('a')], comes: 'KEYS_NO_STANDBY for publish' },
  { order: ['deactivate', 'b'], of: 'a standby', keys: [active('a'), published('b', -P)], comes: 'KEYS_STATE_WRONG' },
  { order: ['deactivate', 'a'], of: 'a retired key', keys: [deactivated('a')], comes: 'KEYS_ALREADY_DONE' },
  { order: ['deactivate', 'x'], of: 'an algorithm not in use', keys: [active('x', 0, 'EdDSA')], comes: 'deactivate x' },
  {
    order: ['destroy', 'a'],
    of: 'a key whose last token is dead',
    keys: [deactivated('a')],
    now: AFTERLIFE,
    comes: 'destroy a',
  },
  {
    order: ['destroy', 'a'],
    of: 'a key whose last token may live',
    keys: [deactivated('a')],
    now: AFTERLIFE - 0.001,
    comes: `KEYS_DESTRUCTION_TOO_EARLY until ${AFTERLIFE} for last-token`,
  },
  { order: ['destroy', 'b'], of: 'a standby', keys: [active('a'), published('b')], comes: 'destroy b' },
  {
    order: ['destroy', 'b'],
    of: 'the standby that is needed in time',
    keys: [active('a'), published('b')],
    now: 3 * R - P,
    comes: 'KEYS_SUCCESSOR_NEEDED',
  },
  {
    order: ['destroy', 'b'],
    of: 'the standby that is needed in time, because P was longer when the key that signs was published',
    keys: [publishedUnder(active('a'), 4 * P), published('b')],
    now: 3 * R - 4 * P,
    comes: 'KEYS_SUCCESSOR_NEEDED',
  },
  {
    order: ['destroy', 'b'],
    of: 'a standby whose own P alone was that long',
    keys: [active('a'), publishedUnder(published('b'), 4 * P)],
    now: 3 * R - 4 * P,
    comes: 'destroy b',
  },
  {
    order: ['destroy', 'b'],
    of: 'the standby that is needed in time, which could not take over',
    keys: [active('a'), published('b')],
    damaged: 'b',
    now: 3 * R - P,
    comes: 'destroy b',
  },
  {
    order: ['destroy', 'b'],
    of: 'the standby of a key that signs no more',
    keys: [active('a'), published('b')],
    now: 3 * R,
    comes: 'destroy b',
  },
  { order: ['destroy', 'a'], of: 'the key that signs', keys: [active('a'), published('b')], comes: 'KEYS_STATE_WRONG' },
  {
    order: ['destroy', 'a'],
    of: 'a destroyed key',
    keys: [destroyKey(deactivated('a'), T0)],
    comes: 'KEYS_ALREADY_DONE',
  },
];

describe('an order of an operator', () => {
  it.each(table)('$order of $of: $comes', ({ order: [verb, subject], keys, now = 0, damaged = '', comes }) => {
    expect(decided(keys, order(verb, subject), now, damaged)).toBe(comes);
  });

  it('that is only too early can be planned', () => {
    const keys = [active('a'), published('b')];
    const circumstances = { now: T0, timing, algorithms: ['ES256'] as const };
    expect(decideOrder({ keys }, order('rotate', 'ES256'), circumstances)).toMatchObject({
      due: { name: 'activate', key: { id: 'b' } },
      notBefore: at(P),
    });
  });

  it('to rotate is bound to the key it was decided for, so that whoever comes second is told', () => {
    const ordered = decideOrder({ keys: [active('a'), published('b', -P)] }, order('rotate', 'ES256'), {
      ...{ now: T0, timing, algorithms: ['ES256'] },
    });
    const bound = bind(order('rotate', 'ES256'), ordered);
    expect(bound).toEqual({ verb: 'activate', kid: 'b' });
    expect(decided([active('b'), published('c')], bound, 0)).toBe('KEYS_ALREADY_DONE');
  });

  it('says what is wrong and the way out', () => {
    const keys = [active('a')];
    expect(() => decideOrder({ keys }, order('deactivate', 'a'), { now: T0, timing, algorithms: ['ES256'] })).toThrow(
      /nothing could sign.*mintmark keys prepare/,
    );
  });

  it('that is too early names the verifiers without which it would not be', () => {
    const laggards = ['a', 'b', 'c', 'd'].map((instance) => ({ client: 'shop', resource: 'stock', instance }));
    const evidence = { watching: 5, holding: new Map([['b', 1]]), laggards: new Map([['b', laggards]]) };
    const circumstances = { now: at(600), timing, algorithms: ['ES256'] as const, evidence };
    const keys = [active('a'), published('b')];
    const refused = () => decideOrderNow({ keys }, order('rotate', 'ES256'), circumstances);
    expect(refused).toThrow(/acknowledged it: shop for stock, a; shop for stock, b; shop for stock, c; and others/);
    const all = { ...circumstances, evidence: { ...evidence, holding: new Map([['b', 5]]) } };
    expect(decideOrderNow({ keys }, order('rotate', 'ES256'), all).due).toMatchObject({ key: { id: 'b' } });
  });
});
