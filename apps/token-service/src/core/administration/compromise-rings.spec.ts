import { expect, it } from '@jest/globals';
import type { CompromiseOrder } from '../model/compromise.ts';
import type { Compromised } from '../keys/lifecycle/compromise-keys.ts';
import { inEachRing } from './compromise-rings.ts';
import { RING_NAMES } from './views.ts';

const ordered = async (scope: CompromiseOrder['scope']) => {
  const orders: (readonly [string, CompromiseOrder['target']])[] = [];
  const act = (ring: string, { target }: CompromiseOrder) => {
    orders.push([ring, target]);
    return Promise.resolve({ custody: ['kek-a'] } as unknown as Compromised);
  };
  const order = { kid: 'k', reason: 'leaked', withoutStandby: 'fresh-key' } as const;
  await inEachRing({ ...order, ring: 'admin', scope }, act);
  return orders;
};

it('a compromised custody concerns every ring, the one of its key first: what says what is revoked, too', async () => {
  const orders = await ordered('custody');
  expect(orders).toEqual([
    ['admin', { kid: 'k' }],
    ['public', { custody: ['kek-a'] }],
    ['revocations', { custody: ['kek-a'] }],
  ]);
  expect(orders.map(([ring]) => ring).sort()).toEqual([...RING_NAMES].sort());
});

it('a compromised key concerns its own', async () => {
  expect(await ordered('key')).toEqual([['admin', { kid: 'k' }]]);
});
