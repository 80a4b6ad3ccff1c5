import type { Kysely } from 'kysely';
import type { AdminToken, AdminTokens } from '../../core/ports/admin-tokens.ts';
import type { SqlDialect } from './dialect.ts';
import type { Tables } from './schema.ts';

/** Longer than any verifier's leeway, whatever the clocks. */
const KEPT_AFTER_EXPIRY_MS = 3_600_000;

export class SqlAdminTokens implements AdminTokens {
  readonly #store: { readonly db: Kysely<Tables>; readonly dialect: SqlDialect };

  constructor(store: { db: Kysely<Tables>; dialect: SqlDialect }) {
    this.#store = store;
  }

  async record({ jti, clientId, expiresAt, digest }: AdminToken): Promise<void> {
    const { db, dialect } = this.#store;
    const forgotten = (await dialect.databaseTime(db)).getTime() - KEPT_AFTER_EXPIRY_MS;
    await db.transaction().execute(async (trx) => {
      await trx.deleteFrom('admin_token').where('expires_at', '<', forgotten).execute();
      const row = { jti, client_id: clientId, expires_at: expiresAt.getTime(), digest };
      await trx.insertInto('admin_token').values(row).execute();
    });
  }

  async find(jti: string): Promise<AdminToken | undefined> {
    const query = this.#store.db.selectFrom('admin_token').selectAll().where('jti', '=', jti);
    const row = await query.executeTakeFirst();
    if (!row || row.digest === null) return undefined;
    return { jti, clientId: row.client_id, expiresAt: new Date(row.expires_at), digest: row.digest };
  }
}
