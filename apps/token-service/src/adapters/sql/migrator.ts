import { createHash } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import { DatabaseError } from './database-error.ts';
import type { SqlDialect } from './dialect.ts';
import type { Tables } from './schema.ts';

/**
 * One step of the schema. Append-only: what has run anywhere is never edited, and its checksum is kept to notice it.
 * A step only ever adds, so that replicas of the version before still work while a fleet is being replaced.
 */
export interface Migration {
  /** Number and subject, for example `0001-keys`. */
  readonly name: string;
  statements(dialect: SqlDialect): readonly string[];
}

interface Target {
  readonly db: Kysely<Tables>;
  readonly dialect: SqlDialect;
}

interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
}

/**
 * Applies what is missing, all of it or nothing. Safe to run from many processes at once.
 * @throws DatabaseError SCHEMA_NEWER, MIGRATION_CHANGED or FOREIGN_DATABASE
 */
export async function migrate({ db, dialect }: Target, migrations: readonly Migration[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await createLedger(trx, dialect);
    const applied = await readLedger(trx);
    checkLedger(applied, migrations, dialect);
    for (const migration of migrations.slice(applied.length)) await apply(trx, dialect, migration);
  });
}

export function checksumOf(migration: Migration, dialect: SqlDialect): string {
  const text = JSON.stringify([migration.name, ...migration.statements(dialect)]);
  return createHash('sha256').update(text).digest('base64url');
}

async function createLedger(trx: Transaction<Tables>, { types, tableOptions }: SqlDialect): Promise<void> {
  if (await hasTable(trx, 'schema_migration')) return;
  if (await hasTable(trx)) {
    throw new DatabaseError(
      'FOREIGN_DATABASE',
      'The database holds tables of another program and none of Mintmark. Name another database.',
    );
  }
  await run(
    trx,
    `create table schema_migration (
      position ${types.integer} not null primary key,
      name ${types.text} not null unique,
      checksum ${types.text} not null,
      applied_at ${types.integer} not null
    ) ${tableOptions}`,
  );
}

async function hasTable(trx: Transaction<Tables>, name?: string): Promise<boolean> {
  const tables = await trx.introspection.getTables();
  return name === undefined ? tables.length > 0 : tables.some((table) => table.name === name);
}

async function readLedger(trx: Transaction<Tables>): Promise<readonly AppliedMigration[]> {
  const { rows } = await sql<AppliedMigration>`select name, checksum from schema_migration order by position`.execute(
    trx,
  );
  return rows;
}

function checkLedger(applied: readonly AppliedMigration[], known: readonly Migration[], dialect: SqlDialect): void {
  applied.forEach(({ name, checksum }, position) => {
    const migration = known[position];
    if (!migration) {
      throw new DatabaseError(
        'SCHEMA_NEWER',
        `The database has migration ${name}, which this version does not know: a newer version has used it. Run that version or a later one.`,
      );
    }
    if (migration.name !== name || checksumOf(migration, dialect) !== checksum) {
      throw new DatabaseError(
        'MIGRATION_CHANGED',
        `Migration ${name} of the database is not the one this version knows as ${migration.name}. Run an unmodified release.`,
      );
    }
  });
}

async function apply(trx: Transaction<Tables>, dialect: SqlDialect, migration: Migration): Promise<void> {
  for (const statement of migration.statements(dialect)) await run(trx, statement);
  const at = (await dialect.databaseTime(trx)).getTime();
  await sql`
    insert into schema_migration (position, name, checksum, applied_at)
    values (${Number.parseInt(migration.name, 10)}, ${migration.name}, ${checksumOf(migration, dialect)}, ${at})
  `.execute(trx);
}

async function run(trx: Transaction<Tables>, statement: string): Promise<void> {
  await sql.raw(statement).execute(trx);
}
