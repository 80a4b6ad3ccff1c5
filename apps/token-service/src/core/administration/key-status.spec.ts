import { expect, it } from '@jest/globals';
import { laggardsView } from './key-status.ts';

it('names the first few laggards of each key, and counts all of them', () => {
  const late = { client: 'stock', resource: 'inventory', instance: 'pod-1' };
  const holding = new Map([
    ['old', 40],
    ['next', 37],
  ]);
  const laggards = new Map([
    ['next', [late]],
    ['nobody has', [late, late]],
  ]);
  const { laggards: named, moreLaggards } = laggardsView({ watching: 40, holding, laggards });
  expect(named.map(({ kid }) => kid)).toEqual(['next', 'nobody has', 'nobody has']);
  expect(moreLaggards).toBe(2 + 38);
});
