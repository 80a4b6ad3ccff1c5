import type { Kysely, Transaction } from 'kysely';
import type { StoredDigestKey } from '../../core/ports/envelope-store.ts';
import type { Mac } from '../../core/ports/key-set-seal.ts';
import type { SealedKeySets } from '../../core/ports/sealed-key-sets.ts';
import type { SqlDialect } from './dialect.ts';
import { columnsOf } from './envelope-store.ts';
import { isUnsealed, readManifest, sealedManifest, UnprovenKeySet, type KeySetRow } from './key-manifest.ts';
import type { Tables } from './schema.ts';

interface Store {
  readonly db: Kysely<Tables>;
  readonly dialect: SqlDialect;
}

const PURPOSE = 'key-set';

export class SqlSealedKeySets implements SealedKeySets {
  readonly #store: Store;

  constructor({ db, dialect }: Store) {
    this.#store = { db, dialect };
  }

  putUnder(
    { envelope, ...key }: StoredDigestKey,
    { replaced, before, after }: { replaced: number; before: Mac; after: Mac },
  ): Promise<boolean> {
    const { db, dialect } = this.#store;
    return db.transaction().execute(async (trx) => {
      // No transition may come between: it would be sealed with the key that goes away.
      const rows = await dialect.lockRows(trx.selectFrom('keyset').selectAll().orderBy('issuer')).execute();
      if ((await latestVersion(trx)) !== replaced) return false;
      for (const row of rows) await reseal(trx, row, { before, after });
      await trx.deleteFrom('digest_key').where('purpose', '=', PURPOSE).execute();
      const created_at = (await dialect.databaseTime(trx)).getTime();
      const row = { ...key, ...columnsOf(envelope), created_at };
      await trx.insertInto('digest_key').values(row).execute();
      return true;
    });
  }
}

async function latestVersion(trx: Transaction<Tables>): Promise<number | undefined> {
  const query = trx.selectFrom('digest_key').select('version').where('purpose', '=', PURPOSE);
  return (await query.orderBy('version', 'desc').limit(1).executeTakeFirst())?.version;
}

async function reseal(trx: Transaction<Tables>, row: KeySetRow, seals: { before: Mac; after: Mac }): Promise<void> {
  const manifest = provenManifest(row, seals.before);
  if (!manifest) return;
  await trx
    .updateTable('keyset')
    .set(sealedManifest(row, manifest, seals.after))
    .where('issuer', '=', row.issuer)
    .execute();
}

function provenManifest(row: KeySetRow, mac: Mac) {
  try {
    return isUnsealed(row) ? undefined : readManifest(row, mac);
  } catch (error) {
    if (error instanceof UnprovenKeySet) return undefined;
    throw error;
  }
}
