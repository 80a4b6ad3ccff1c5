import { afterAll, beforeAll, it } from '@jest/globals';
import { PostgresStorages } from '../storage/postgres-storage.ts';
import { expectSuccession } from './succession.ts';

let storages: PostgresStorages;
beforeAll(async () => (storages = await PostgresStorages.start()), 60_000);
afterAll(() => storages?.stop());

it('twenty replicas, each with connections of its own to PostgreSQL, make one successor for each of a hundred due rotations', async () => {
  await expectSuccession(100, () => storages.add());
}, 300_000);
