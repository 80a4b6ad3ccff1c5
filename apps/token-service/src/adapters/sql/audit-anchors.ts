import type { Kysely, Transaction } from 'kysely';
import type { AuditAnchors } from '../../core/ports/audit-anchors.ts';
import type { AuditAnchor } from '../../core/ports/audit-trail.ts';
import type { SqlDialect } from './dialect.ts';
import type { Tables } from './schema.ts';

/** Enough to see where a chain was cut; the newest one is what tells that it was. */
const KEPT = 1_000;

export class SqlAuditAnchors implements AuditAnchors {
  readonly #store: { readonly db: Kysely<Tables>; readonly dialect: SqlDialect };
  readonly #replica: string;

  /** @param replica whose chain is anchored; empty where there can be one only */
  constructor(store: { db: Kysely<Tables>; dialect: SqlDialect }, replica: string) {
    this.#store = store;
    this.#replica = replica;
  }

  async add(anchor: Omit<AuditAnchor, 'at'>): Promise<void> {
    const { db, dialect } = this.#store;
    const at = (await dialect.databaseTime(db)).getTime();
    await db.transaction().execute(async (trx) => {
      const row = { ...anchor, replica: this.#replica, at };
      await trx
        .insertInto('replica_anchor')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      await this.#forgetOldest(trx, anchor.chain);
    });
  }

  async list(): Promise<readonly AuditAnchor[]> {
    const own = this.#store.db.selectFrom('replica_anchor').selectAll().where('replica', '=', this.#replica);
    const rows = await own.orderBy('at').orderBy('seq').execute();
    return rows.map(({ chain, seq, hash, at }) => ({ chain, seq, hash, at: new Date(at) }));
  }

  async #forgetOldest(trx: Transaction<Tables>, chain: string): Promise<void> {
    const oldest = await trx
      .selectFrom('replica_anchor')
      .select('seq')
      .where('replica', '=', this.#replica)
      .where('chain', '=', chain)
      .orderBy('seq', 'desc')
      .offset(KEPT)
      .limit(1)
      .executeTakeFirst();
    if (!oldest) return;
    await trx
      .deleteFrom('replica_anchor')
      .where('replica', '=', this.#replica)
      .where('chain', '=', chain)
      .where('seq', '<=', oldest.seq)
      .execute();
  }
}
