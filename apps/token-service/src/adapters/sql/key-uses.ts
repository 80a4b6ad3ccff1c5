import { sql, type Kysely } from 'kysely';
import type { KeyUses } from '../../core/ports/key-uses.ts';
import type { Tables } from './schema.ts';

export class SqlKeyUses implements KeyUses {
  readonly #db: Kysely<Tables>;

  constructor({ db }: { db: Kysely<Tables> }) {
    this.#db = db;
  }

  async record(latest: ReadonlyMap<string, Date>): Promise<void> {
    // In one order, so that two replicas never wait for each other.
    const rows = [...latest].map(([kid, at]) => ({ kid, latest_exp: at.getTime() }));
    if (rows.length === 0) return;
    await this.#db
      .insertInto('key_use')
      .values(rows.sort((one, other) => (one.kid < other.kid ? -1 : 1)))
      .onConflict((conflict) =>
        conflict
          .column('kid')
          .doUpdateSet((seen) => ({ latest_exp: seen.ref('excluded.latest_exp') }))
          .where(sql<boolean>`excluded.latest_exp > key_use.latest_exp`),
      )
      .execute();
  }

  async of(kids: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    if (kids.length === 0) return new Map();
    const rows = await this.#db.selectFrom('key_use').selectAll().where('kid', 'in', kids).execute();
    return new Map(rows.map(({ kid, latest_exp: at }) => [kid, new Date(at)]));
  }
}
