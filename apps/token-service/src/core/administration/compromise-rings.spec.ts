import { expect, it } from '@jest/globals';
import type { CompromiseOrder } from '../model/compromise.ts';
import { active, at, P, published, publishedUnder, T0 } from '../../../../../test/keys/keys-in-states.ts';
import type { Compromised } from '../keys/lifecycle/compromise-keys.ts';
import { NOMINAL_TIMING as timing } from '../model/timing.ts';
import { compromiseView, planInEachRing } from './compromise-rings.ts';
import { RING_NAMES } from './views.ts';

const ordered = async (scope: CompromiseOrder['scope']) => {
  const order = { kid: 'k', reason: 'leaked', withoutStandby: 'seal' } as const;
  const plan = () => Promise.resolve({ custody: ['kek-a'] } as unknown as Compromised);
  const planned = await planInEachRing({ ...order, ring: 'admin', scope }, plan);
  return planned.map((each) => [each.ring, each.order.target, each.order.withoutStandby]);
};

it('a compromised custody concerns every ring, the one of its key first: what says what is revoked, too', async () => {
  const orders = await ordered('custody');
  expect(orders).toEqual([
    ['admin', { kid: 'k' }, 'seal'],
    ['public', { custody: ['kek-a'] }, 'seal'],
    ['revocations', { custody: ['kek-a'] }, 'fresh-key'],
  ]);
  expect(orders.map(([ring]) => ring).sort()).toEqual([...RING_NAMES].sort());
});

it('a compromised key concerns its own', async () => {
  expect(await ordered('key')).toEqual([['admin', { kid: 'k' }, 'seal']]);
});

it('a fresh key that is published only signs when its gate opens: by the longest P of the keys that stay', () => {
  const [lost, stays] = [publishedUnder(active('a'), 3 * P), publishedUnder(published('x', 0, 'EdDSA'), 2 * P)];
  const set = { epoch: 1, version: 1, digest: '', firstActivatedAt: T0, keys: [lost, stays] };
  const succession = { by: 'fresh-key', algorithm: 'ES256', intent: undefined, signs: false } as const;
  const outcome = { set, at: T0, custody: [], lost: [lost], abandoned: [], successions: [succession] };
  const { rings } = compromiseView([{ ring: 'public', outcome }], { scope: 'key', witnessed: null, timing });
  expect(rings[0]?.successions).toMatchObject([{ by: 'fresh-key', signsFrom: at(2 * P) }]);
});
