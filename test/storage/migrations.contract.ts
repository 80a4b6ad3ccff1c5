import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { SqlChangeFeed } from '../../apps/token-service/src/adapters/sql/change-feed.ts';
import { DatabaseError } from '../../apps/token-service/src/adapters/sql/database-error.ts';
import { ALL_MIGRATIONS } from '../../apps/token-service/src/adapters/sql/migrations/all-migrations.ts';
import type { Migration } from '../../apps/token-service/src/adapters/sql/migrator.ts';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { SqlRegistryRepository } from '../../apps/token-service/src/adapters/sql/registry-repository.ts';
import { NO_CHANGES } from '../../apps/token-service/src/core/model/registry-changes.ts';
import { NOMINAL_TIMING } from '../../apps/token-service/src/core/model/timing.ts';
import { ISSUER, keyIn, keySet, replica, settle, statesOf, TEST_SEAL } from '../keys/key-lab.ts';
import { ManualClock } from '../keys/manual-clock.ts';
import type { NewStorage, TestStorage } from './test-storage.ts';

const one: Migration = { name: '0001-one', statements: () => ['create table one (a integer)'] };
const two: Migration = { name: '0002-two', statements: () => ['create table two (a integer)'] };

/** @param newStorage whose first connection finds no tables at all */
export function describeMigrations(name: string, newStorage: NewStorage): void {
  describe(`migrations of ${name}`, () => {
    let storage: TestStorage;
    beforeEach(async () => (storage = await newStorage()));
    afterEach(() => storage.close());

    const migrated = (migrations: readonly Migration[]) => storage.connect({ migrations });
    const namesIn = async ({ db }: Database) => {
      const { rows } = await sql<{ name: string }>`select name from schema_migration order by position`.execute(db);
      return rows.map((row) => row.name);
    };
    const refusal = async (migrations: readonly Migration[]): Promise<DatabaseError> => {
      const error = await migrated(migrations).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DatabaseError);
      return error as DatabaseError;
    };

    it('run once, and only what is missing', async () => {
      await migrated([one]);
      await migrated([one]);
      expect(await namesIn(await migrated([one, two]))).toEqual(['0001-one', '0002-two']);
    });

    it('apply all or nothing', async () => {
      const broken: Migration = {
        name: '0002-broken',
        statements: () => ['create table half (a int)', 'create nonsense'],
      };
      await expect(migrated([one, broken])).rejects.toThrow(/syntax/);
      const { db, dialect } = await migrated([one, two]);
      expect([...(await dialect.tableNames(db))].sort()).toEqual(['one', 'schema_migration', 'two']);
    });

    it('run once when several processes start together', async () => {
      const databases = await Promise.all(Array.from({ length: 8 }, () => storage.connect()));
      for (const database of databases) expect(await namesIn(database)).toHaveLength(ALL_MIGRATIONS.length);
    }, 30_000);

    it('refuse tables of another program', async () => {
      const { db } = await migrated([one]);
      await sql`drop table schema_migration`.execute(db);
      expect((await refusal([one])).code).toBe('FOREIGN_DATABASE');
    });

    it('refuse a database whose past was edited, or ran in another order', async () => {
      await migrated([one]);
      const edited: Migration = { ...one, statements: () => ['create table one (a integer, b integer)'] };
      expect((await refusal([edited])).code).toBe('MIGRATION_CHANGED');
      expect((await refusal([two, one])).code).toBe('MIGRATION_CHANGED');
    });

    it('refuse a database that a newer version has used', async () => {
      await migrated([one, two]);
      const error = await refusal([one]);
      expect(error.code).toBe('SCHEMA_NEWER');
      expect(error.message).toContain('0002-two');
    });

    it('tolerate newer steps as long as none of them needs a step that is not known', async () => {
      const expand: Migration = { ...two, needs: 1 };
      await migrated([one, expand]);
      const database = await migrated([one]);
      expect(await namesIn(database)).toEqual(['0001-one', '0002-two']);
      const contract: Migration = { name: '0003-contract', needs: 2, statements: () => ['drop table one'] };
      await migrated([one, expand, contract]);
      expect((await refusal([one])).message).toContain('0003-contract');
      await migrated([one, expand]);
    });

    it('know the ledgers from before there was the column `needs`', async () => {
      const { db } = await migrated([one]);
      await sql`alter table schema_migration drop column needs`.execute(db);
      expect(await namesIn(await migrated([one, two]))).toEqual(['0001-one', '0002-two']);
      expect((await refusal([one])).code).toBe('SCHEMA_NEWER');
    });

    it('leave the keys of before records of them bore a seal as they are, and prove the records that come', async () => {
      const clock = new ManualClock();
      const before = await storage.connect({ clock });
      await replica({ database: before, clock }).initialise.execute();
      for (const undone of [
        'alter table key_event drop column mac',
        'alter table verifier_ack drop column token_id',
        'alter table verifier_ack drop column signed_by',
        'drop table key_client_use',
        'alter table admin_token drop column digest',
        'delete from schema_migration where position >= 10',
      ])
        await sql.raw(undone).execute(before.db);

      const database = await storage.connect({ clock });
      const { value: set } = await replica({ database, clock }).repository.load();
      clock.advance(NOMINAL_TIMING.rotationPeriodSeconds);
      const service = replica({ database, clock });
      expect((await service.initialise.execute()).sealed).toEqual([]);
      expect(service.ring.active('ES256').kid).toBe(keyIn(set, 'published').kid);
      const records = await new SqlChangeFeed(database, TEST_SEAL).after(
        { stream: `keys:${ISSUER}`, epoch: 1, version: 0 },
        100,
      );
      const isProven = ({ version, change }: (typeof records)[number]) => [version, !('unproven' in change)];
      expect(records.map(isProven)).toEqual(records.map(({ version }) => [version, version > set.version]));
      expect(records.length).toBeGreaterThan(set.version);
    });

    it('let a fleet of two versions work on one database while it is upgraded', async () => {
      const clock = new ManualClock();
      const position = ALL_MIGRATIONS.length + 1;
      const expand: Migration = {
        name: `${String(position).padStart(4, '0')}-expand`,
        needs: ALL_MIGRATIONS.length,
        statements: ({ types: { text, integer } }) => [
          `alter table signing_key add column note ${text}`,
          `alter table client add column owner ${text}`,
          `alter table registry_event add column size ${integer} default 0`,
          `create table owner (id ${text} not null primary key)`,
        ],
      };
      const older = await storage.connect({ clock });
      await replica({ database: older, clock }).initialise.execute();
      const newer = await storage.connect({ clock, migrations: [...ALL_MIGRATIONS, expand] });
      const restarted = await storage.connect({ clock });

      const fleet = [older, newer, restarted];
      for (const [index, database] of [...fleet, ...fleet].entries()) {
        const service = replica({ database, clock });
        clock.advance(NOMINAL_TIMING.rotationPeriodSeconds);
        await settle(service.rotate);
        await new SqlRegistryRepository(database).transact(() => ({
          actor: 'test',
          changes: {
            ...NO_CHANGES,
            clients: [{ action: 'create', after: { id: `c${index}`, disabled: false, credentials: [] } }],
          },
        }));
        for (const reader of fleet) {
          const other = replica({ database: reader, clock });
          await other.refresh.execute();
          expect(statesOf(await keySet(reader))).toMatchObject({ active: 1, published: 1 });
          expect((await new SqlRegistryRepository(reader).load()).clients).toHaveLength(index + 1);
        }
      }
    });
  });
}
