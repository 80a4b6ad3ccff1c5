import { createHash } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import { DatabaseError } from './database-error.ts';
import type { SqlDialect } from './dialect.ts';
import type { Tables } from './schema.ts';

/**
 * One step of the schema. Append-only: what has run anywhere is never edited, and its checksum is kept to notice it.
 *
 * While a fleet is replaced, versions with the step and without it work on one database. So first expand: add what nobody has to
 * know, and say so in `needs`. Contract only in a release after the last one that used what goes away.
 */
export interface Migration {
  /** Number and subject, for example `0001-keys`. */
  readonly name: string;
  /** Number of the newest step that a program has to know to work on a schema with this one; by default this one's own. */
  readonly needs?: number;
  statements(dialect: SqlDialect): readonly string[];
}

interface Target {
  readonly db: Kysely<Tables>;
  readonly dialect: SqlDialect;
}

interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
  readonly needs: number;
}

/**
 * Applies what is missing, all of it or nothing. Safe to run from many processes at once.
 * @throws DatabaseError SCHEMA_NEWER, MIGRATION_CHANGED or FOREIGN_DATABASE
 */
export async function migrate({ db, dialect }: Target, migrations: readonly Migration[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await dialect.lockSchema(trx);
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

async function createLedger(trx: Transaction<Tables>, dialect: SqlDialect): Promise<void> {
  const { types, tableOptions } = dialect;
  const tables = await dialect.tableNames(trx);
  if (tables.includes('schema_migration')) return addNeeds(trx, dialect);
  if (tables.length > 0) {
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
      needs ${types.integer} not null,
      applied_at ${types.integer} not null
    ) ${tableOptions}`,
  );
}

/** To a ledger from before there was the column. */
async function addNeeds(trx: Transaction<Tables>, { types }: SqlDialect): Promise<void> {
  const ledger = (await trx.introspection.getTables()).find(({ name }) => name === 'schema_migration');
  if (ledger?.columns.some(({ name }) => name === 'needs')) return;
  await run(trx, `alter table schema_migration add column needs ${types.integer}`);
}

async function readLedger(trx: Transaction<Tables>): Promise<readonly AppliedMigration[]> {
  const query = sql<AppliedMigration>`
    select name, checksum, coalesce(needs, position) as needs from schema_migration order by position`;
  return (await query.execute(trx)).rows;
}

function checkLedger(applied: readonly AppliedMigration[], known: readonly Migration[], dialect: SqlDialect): void {
  applied.forEach(({ name, checksum, needs }, position) => {
    const migration = known[position];
    if (!migration) {
      if (needs <= known.length) return;
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
  const position = Number.parseInt(migration.name, 10);
  await sql`
    insert into schema_migration (position, name, checksum, needs, applied_at)
    values (${position}, ${migration.name}, ${checksumOf(migration, dialect)}, ${migration.needs ?? position}, ${at})
  `.execute(trx);
}

async function run(trx: Transaction<Tables>, statement: string): Promise<void> {
  await sql.raw(statement).execute(trx);
}
