import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { openDatabase, type Database } from './open-database.ts';
import { SqlRegistryRepository } from './registry-repository.ts';
import { NO_CHANGES } from '../../core/model/registry-changes.ts';

describe('a database on a disk that is full', () => {
  let database: Database;
  beforeEach(async () => {
    database = await openDatabase({ url: 'sqlite::memory:', clock: { now: () => new Date(0), monotonic: () => 0 } });
  });
  afterEach(() => database.close());

  it('refuses what cannot be written with STORAGE_UNAVAILABLE, changes nothing, and recovers by itself', async () => {
    const repository = new SqlRegistryRepository(database);
    const clients = Array.from({ length: 2_000 }, (_, index) => ({
      action: 'create' as const,
      after: { id: `client-${index}`, disabled: false, credentials: [{ kind: 'client_secret' as const }] },
    }));
    const apply = () => repository.transact(() => ({ actor: 'test', changes: { ...NO_CHANGES, clients } }));
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(database.db);
    await sql.raw(`pragma max_page_count = ${rows[0]!.page_count + 2}`).execute(database.db);
    await expect(apply()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(await repository.load()).toEqual({ version: 0, issuers: [], resources: [], clients: [], policies: [] });
    await sql.raw('pragma max_page_count = 1073741823').execute(database.db);
    expect(await apply()).toBe(1);
  });
});
