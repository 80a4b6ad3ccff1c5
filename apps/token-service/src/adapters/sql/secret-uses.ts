import type { Kysely } from 'kysely';
import type { SecretUses } from '../../core/ports/secret-uses.ts';
import type { Tables } from './schema.ts';

/** Far below the databases' limits on parameters. */
const BATCH = 500;

export class SqlSecretUses implements SecretUses {
  readonly #db: Kysely<Tables>;

  constructor({ db }: { db: Kysely<Tables> }) {
    this.#db = db;
  }

  async record(uses: ReadonlyMap<string, Date>): Promise<void> {
    if (uses.size === 0) return;
    await this.#db.transaction().execute(async (trx) => {
      // In one order, so that two replicas never wait for each other.
      for (const [id, at] of [...uses].sort(([one], [other]) => (one < other ? -1 : 1))) {
        await trx
          .updateTable('client_secret')
          .set({ last_used_at: at.getTime() })
          .where('id', '=', id)
          .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<', at.getTime())]))
          .execute();
      }
    });
  }

  async of(clientIds: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    const found = new Map<string, Date>();
    for (let start = 0; start < clientIds.length; start += BATCH) {
      const rows = await this.#db
        .selectFrom('client_secret')
        .select(['id', 'last_used_at'])
        .where('client_id', 'in', clientIds.slice(start, start + BATCH))
        .where('last_used_at', 'is not', null)
        .execute();
      for (const { id, last_used_at: at } of rows) if (at !== null) found.set(id, new Date(at));
    }
    return found;
  }
}
