import type { Kysely, Transaction } from 'kysely';
import type { Client } from '../../core/model/client.ts';
import { RESERVED_IDS } from '../../core/model/entity-id.ts';
import type { StoredRegistry } from '../../core/model/stored-registry.ts';
import type { SqlDialect } from './dialect.ts';
import { clientOfRow, issuerOfRow, JsonColumns, policyOfRow, resourceOfRow, secretOfRow } from './registry-rows.ts';
import type { Tables } from './schema.ts';

/** Until the transaction ends, nobody else changes the registry. @returns its version */
export async function lockRegistry(trx: Transaction<Tables>, dialect: SqlDialect): Promise<number> {
  await trx
    .insertInto('registry')
    .values({ id: 1, version: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { version } = await dialect.lockRows(trx.selectFrom('registry').select('version')).executeTakeFirstOrThrow();
  return version;
}

export async function readVersion(db: Kysely<Tables>): Promise<number> {
  const row = await db.selectFrom('registry').select('version').executeTakeFirst();
  return row?.version ?? 0;
}

export async function readRegistry(trx: Transaction<Tables>): Promise<StoredRegistry> {
  const json = new JsonColumns();
  const version = await readVersion(trx);
  const issuers = await trx.selectFrom('trusted_issuer').selectAll().orderBy('id').execute();
  const declared = trx.selectFrom('resource').selectAll().where('id', 'not in', RESERVED_IDS);
  const resources = await declared.orderBy('id').execute();
  const clients = await trx.selectFrom('client').selectAll().orderBy('id').execute();
  const secrets = await trx.selectFrom('client_secret').selectAll().orderBy('created_at').orderBy('id').execute();
  const policies = await trx
    .selectFrom('policy')
    .selectAll()
    .orderBy('client_id')
    .orderBy('resource_id')
    .orderBy('ordinal')
    .execute();
  const secretsOf = Map.groupBy(secrets, (row) => row.client_id);
  return {
    version,
    issuers: issuers.map((row) => issuerOfRow(row, json)),
    resources: resources.map((row) => resourceOfRow(row, json)),
    clients: clients.map((row) => clientOfRow(row, (secretsOf.get(row.id) ?? []).map(secretOfRow), json)),
    policies: policies.map((row) => policyOfRow(row, json)),
  };
}

export async function readClient(trx: Transaction<Tables>, id: string): Promise<Client | undefined> {
  const row = await trx.selectFrom('client').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) return undefined;
  const secrets = await trx
    .selectFrom('client_secret')
    .selectAll()
    .where('client_id', '=', id)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return clientOfRow(row, secrets.map(secretOfRow), new JsonColumns());
}
