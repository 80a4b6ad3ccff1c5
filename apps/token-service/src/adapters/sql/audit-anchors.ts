import type { Kysely } from 'kysely';
import type { AuditAnchors } from '../../core/ports/audit-anchors.ts';
import type { AuditAnchor } from '../../core/ports/audit-trail.ts';
import type { SqlDialect } from './dialect.ts';
import type { Tables } from './schema.ts';

/** Enough to see where a chain was cut; the newest one is what tells that it was. */
const KEPT = 1_000;

export class SqlAuditAnchors implements AuditAnchors {
  readonly #store: { readonly db: Kysely<Tables>; readonly dialect: SqlDialect };

  constructor(store: { db: Kysely<Tables>; dialect: SqlDialect }) {
    this.#store = store;
  }

  async add(anchor: Omit<AuditAnchor, 'at'>): Promise<void> {
    const { db, dialect } = this.#store;
    const at = (await dialect.databaseTime(db)).getTime();
    await db.transaction().execute(async (trx) => {
      await trx
        .insertInto('audit_anchor')
        .values({ ...anchor, at })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const oldest = await trx
        .selectFrom('audit_anchor')
        .select('seq')
        .where('chain', '=', anchor.chain)
        .orderBy('seq', 'desc')
        .offset(KEPT)
        .limit(1)
        .executeTakeFirst();
      if (!oldest) return;
      await trx.deleteFrom('audit_anchor').where('chain', '=', anchor.chain).where('seq', '<=', oldest.seq).execute();
    });
  }

  async list(): Promise<readonly AuditAnchor[]> {
    const rows = await this.#store.db.selectFrom('audit_anchor').selectAll().orderBy('at').orderBy('seq').execute();
    return rows.map(({ at, ...anchor }) => ({ ...anchor, at: new Date(at) }));
  }
}
