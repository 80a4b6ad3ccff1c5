import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import { SqlReplayGuard } from '../../apps/token-service/src/adapters/sql/replay-guard.ts';
import { openSqlReplayGuard } from '../../apps/token-service/src/modules/authentication-parts.ts';
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

it('does not wait for a PostgreSQL that hangs', async () => {
  const storage = await storages.add();
  const [database, other] = [await storage.connect(), await storage.connect()];
  await using opened = new AsyncDisposableStack();
  const guard = openSqlReplayGuard(database, pino({ level: 'silent' }), opened);
  const now = new Date();
  const use = { key: 'hung', issuedAt: now, forgetAt: now };
  await other.db.transaction().execute(async (holding) => {
    await sql`lock table one_time_use in exclusive mode`.execute(holding);
    // Not for as long as the server would let it wait for the lock, which ends with an error of another kind.
    await expect(guard.claim(use)).rejects.toMatchObject({ message: 'no answer in time' });
  });
  await storage.close();
});
