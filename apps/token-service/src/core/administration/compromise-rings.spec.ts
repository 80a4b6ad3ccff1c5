import { expect, it } from '@jest/globals';
import type { CompromiseOrder } from '../model/compromise.ts';
import type { Compromised } from '../keys/lifecycle/compromise-keys.ts';
import { planInEachRing } from './compromise-rings.ts';
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
