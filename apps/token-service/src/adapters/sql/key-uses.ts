import { sql, type Kysely } from 'kysely';
import type { ClientUse, KeyUses, TokenHolders } from '../../core/ports/key-uses.ts';
import type { Tables } from './schema.ts';

/** Rows in one statement, far below the databases' limits. */
const BATCH = 1_000;

export class SqlKeyUses implements KeyUses {
  readonly #db: Kysely<Tables>;

  constructor({ db }: { db: Kysely<Tables> }) {
    this.#db = db;
  }

  async record(latest: ReadonlyMap<string, Date>, byClient: readonly ClientUse[]): Promise<void> {
    await this.#recordKeys(latest);
    const rows = byClient.map(({ kid, client, until }) => ({ kid, client_id: client, latest_exp: until.getTime() }));
    rows.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
    for (let start = 0; start < rows.length; start += BATCH) {
      await this.#db
        .insertInto('key_client_use')
        .values(rows.slice(start, start + BATCH))
        .onConflict((conflict) =>
          conflict
            .columns(['kid', 'client_id'])
            .doUpdateSet((seen) => ({ latest_exp: seen.ref('excluded.latest_exp') }))
            .where(sql<boolean>`excluded.latest_exp > key_client_use.latest_exp`),
        )
        .execute();
    }
  }

  async of(kids: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    if (kids.length === 0) return new Map();
    const rows = await this.#db.selectFrom('key_use').selectAll().where('kid', 'in', kids).execute();
    return new Map(rows.map(({ kid, latest_exp: at }) => [kid, new Date(at)]));
  }

  async clientsOf(kids: readonly string[], now: Date): Promise<ReadonlyMap<string, number>> {
    if (kids.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('key_client_use')
      .select(['kid', ({ fn }) => fn.countAll<number>().as('clients')])
      .where('kid', 'in', kids)
      .where('latest_exp', '>', now.getTime())
      .groupBy('kid')
      .execute();
    return new Map(rows.map(({ kid, clients }) => [kid, Number(clients)]));
  }

  async holdersOf(kid: string, now: Date, most: number): Promise<TokenHolders> {
    const rows = await this.#db
      .selectFrom('key_client_use')
      .selectAll()
      .where('kid', '=', kid)
      .where('latest_exp', '>', now.getTime())
      .orderBy('client_id')
      .limit(most)
      .execute();
    const holders = rows.map(({ client_id: client, latest_exp: until }) => ({ client, until: new Date(until) }));
    return { clients: (await this.clientsOf([kid], now)).get(kid) ?? 0, holders };
  }

  async prune(before: Date): Promise<void> {
    await this.#db.deleteFrom('key_client_use').where('latest_exp', '<', before.getTime()).execute();
  }

  async #recordKeys(latest: ReadonlyMap<string, Date>): Promise<void> {
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
}

function nameOf({ kid, client_id: client }: { readonly kid: string; readonly client_id: string }): string {
  return `${kid} ${client}`;
}
