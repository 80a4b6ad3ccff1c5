import { it } from '@jest/globals';
import { expectSuccession } from './succession.ts';

it('twenty replicas with random stalls make one successor for each of a thousand due rotations, and nothing piles up', async () => {
  await expectSuccession(1_000);
}, 300_000);
