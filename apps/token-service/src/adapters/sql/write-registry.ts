import type { Transaction } from 'kysely';
import type { Change, RegistryChanges, SecretChange } from '../../core/model/registry-changes.ts';
import { rowOfClient, rowOfIssuer, rowOfPolicy, rowOfResource, rowOfSecret } from './registry-rows.ts';
import type { Tables } from './schema.ts';

/** Rows to a statement: few statements for many clients, and far below the databases' limits on parameters. */
const BATCH = 500;

/** Writes changes in a fixed order; the database checks at commit that every reference leads somewhere. */
export async function writeRegistry(
  trx: Transaction<Tables>,
  { issuers, resources, clients, policies, secrets }: RegistryChanges,
): Promise<void> {
  for (const ids of batches(idsBefore(issuers)))
    await trx.deleteFrom('trusted_issuer').where('id', 'in', ids).execute();
  for (const rows of batches(afterwards(issuers).map(rowOfIssuer))) {
    await trx.insertInto('trusted_issuer').values(rows).execute();
  }
  // Updated rows are removed and written anew, so that two resources can swap their URIs. Not clients: their secrets hang on them.
  for (const ids of batches(idsBefore(policies))) await trx.deleteFrom('policy').where('id', 'in', ids).execute();
  for (const ids of batches(idsBefore(resources))) await trx.deleteFrom('resource').where('id', 'in', ids).execute();
  const removed = clients.filter(({ action }) => action === 'remove');
  for (const ids of batches(idsBefore(removed))) await trx.deleteFrom('client').where('id', 'in', ids).execute();
  for (const rows of batches(afterwards(clients).map(rowOfClient))) {
    await trx
      .insertInto('client')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          disabled: row.ref('excluded.disabled'),
          credentials: row.ref('excluded.credentials'),
        })),
      )
      .execute();
  }
  for (const rows of batches(afterwards(resources).map(rowOfResource))) {
    await trx.insertInto('resource').values(rows).execute();
  }
  for (const rows of batches(afterwards(policies).map(rowOfPolicy))) {
    await trx.insertInto('policy').values(rows).execute();
  }
  for (const change of secrets) await writeSecret(trx, change);
}

async function writeSecret(trx: Transaction<Tables>, change: SecretChange): Promise<void> {
  const { action, clientId } = change;
  switch (action) {
    case 'add':
      await trx.insertInto('client_secret').values(rowOfSecret(clientId, change.secret)).execute();
      return;
    case 'expire':
      await trx
        .updateTable('client_secret')
        .set({ expires_at: change.at.getTime() })
        .where('id', '=', change.secretId)
        .where('client_id', '=', clientId)
        .execute();
      return;
    case 'remove':
      await trx
        .deleteFrom('client_secret')
        .where('id', '=', change.secretId)
        .where('client_id', '=', clientId)
        .execute();
      return;
  }
}

function idsBefore<Entity extends { readonly id: string }>(changes: readonly Change<Entity>[]): readonly string[] {
  return changes.flatMap((change) => (change.action === 'create' ? [] : [change.before.id]));
}

function afterwards<Entity>(changes: readonly Change<Entity>[]): readonly Entity[] {
  return changes.flatMap((change) => (change.action === 'remove' ? [] : [change.after]));
}

function* batches<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += BATCH) yield items.slice(start, start + BATCH);
}
