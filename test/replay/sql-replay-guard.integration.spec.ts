import { afterAll, beforeAll } from '@jest/globals';
import { SqlReplayGuard } from '../../apps/token-service/src/adapters/sql/replay-guard.ts';
import { PostgresStorages } from '../storage/postgres-storage.ts';
import { describeReplayGuard } from './replay-guard.contract.ts';

let storages: PostgresStorages;
beforeAll(async () => {
  storages = await PostgresStorages.start();
}, 60_000);
afterAll(() => storages?.stop());

describeReplayGuard('PostgreSQL', async () => {
  const storage = await storages.add();
  return {
    open: async () => new SqlReplayGuard(await storage.connect()),
    now: () => new Date(),
    close: () => storage.close(),
  };
});
