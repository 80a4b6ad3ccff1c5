import { describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { describeKeyRepository } from '../../../../../test/storage/key-repository.contract.ts';
import { newSqliteStorage } from '../../../../../test/storage/test-storage.ts';
import { SqlKeyRepository } from './key-repository.ts';
import { openDatabase } from './open-database.ts';
import { TEST_SEAL } from '../../../../../test/keys/key-lab.ts';

const ISSUER = 'https://tokens.internal';

describeKeyRepository('SQLite', newSqliteStorage);

describe('SqlKeyRepository', () => {
  it('reads living keys through an index, however many are destroyed', async () => {
    const read: string[] = [];
    const watched = await openDatabase({
      url: 'sqlite::memory:',
      clock: { now: () => new Date(0), monotonic: () => 0 },
      observe: (statement) => void read.push(statement),
    });
    await new SqlKeyRepository(watched, ISSUER, TEST_SEAL).load();
    const query = read.find((statement) => statement.startsWith('select *') && statement.includes('signing_key'))!;
    const plan = await sql<{ detail: string }>`explain query plan ${sql.raw(query.replaceAll('?', "''"))}`.execute(
      watched.db,
    );
    expect(plan.rows[0]?.detail).toContain('USING INDEX living_key');
    await watched.close();
  });
});
