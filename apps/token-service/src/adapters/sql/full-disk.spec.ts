import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { openDatabase, type Database } from './open-database.ts';
import { SqlRegistryRepository } from './registry-repository.ts';
import { NO_CHANGES, type RegistryChanges } from '../../core/model/registry-changes.ts';

const create = (id: string) => ({
  action: 'create' as const,
  after: { id, disabled: false, credentials: [{ kind: 'client_secret' as const }] },
});
const add = (id: string) => ({
  action: 'add' as const,
  clientId: 'orders',
  secret: { id, digest: Buffer.alloc(32), digestKeyId: 'k', createdAt: new Date(0), expiresAt: null },
});
const ids = Array.from({ length: 2_000 }, (_, index) => `id-${index}`);

describe.each(['memory', 'a file'])('a database in %s, on a disk that is full', (place) => {
  let folder: string;
  let database: Database;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mintmark-full-'));
    const url = place === 'memory' ? 'sqlite::memory:' : `sqlite:${join(folder, 'mintmark.db')}`;
    database = await openDatabase({ url, clock: { now: () => new Date(0), monotonic: () => 0 } });
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each<[string, Partial<RegistryChanges>]>([
    ['statements of many rows', { clients: ids.map(create) }],
    // Then SQLite has ended the transaction by itself.
    ['statements of one row', { clients: [create('orders')], secrets: ids.map(add) }],
  ])('refuses %s with STORAGE_UNAVAILABLE, changes nothing, and recovers by itself', async (_, changes) => {
    const repository = new SqlRegistryRepository(database);
    const apply = () => repository.transact(() => ({ actor: 'test', changes: { ...NO_CHANGES, ...changes } }));
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(database.db);
    await sql.raw(`pragma max_page_count = ${rows[0]!.page_count + 2}`).execute(database.db);
    await expect(apply()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(await repository.load()).toEqual({ version: 0, issuers: [], resources: [], clients: [], policies: [] });
    await sql.raw('pragma max_page_count = 1073741823').execute(database.db);
    expect(await apply()).toBe(1);
  });
});
