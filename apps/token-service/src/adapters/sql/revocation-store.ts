import type { Kysely, Transaction } from 'kysely';
import type { Revocation, RevocationHead, RevocationOrder, RevocationSet } from '../../core/model/revocation.ts';
import type { Timing } from '../../core/model/timing.ts';
import type { Reading } from '../../core/ports/key-repository.ts';
import type { RevocationAuthor, RevocationStore } from '../../core/ports/revocation-store.ts';
import type { SqlDialect } from './dialect.ts';
import type { Tables } from './schema.ts';
import { findRevocation, revocationOfRow, writeRevocations } from './write-revocations.ts';

interface Store {
  readonly db: Kysely<Tables>;
  readonly dialect: SqlDialect;
}

export class SqlRevocationStore implements RevocationStore {
  readonly #store: Store;
  readonly #timing: Timing;

  constructor({ db, dialect }: Store, timing: Timing) {
    this.#store = { db, dialect };
    this.#timing = timing;
  }

  async head(): Promise<Reading<RevocationHead>> {
    const { db, dialect } = this.#store;
    const databaseTime = await dialect.databaseTime(db);
    return { value: await readHead(db), databaseTime };
  }

  load(): Promise<Reading<RevocationSet>> {
    return this.#reading(async (trx, now) => {
      const living = trx.selectFrom('revocation').selectAll().where('ends_at', '>', now.getTime());
      const rows = await living.orderBy('sequence').execute();
      return { ...(await readHead(trx)), revocations: rows.map(revocationOfRow) };
    });
  }

  find(kind: Revocation['kind'], id: string): Promise<Reading<Revocation | undefined>> {
    return this.#reading(async (trx, now) => {
      const found = await findRevocation(trx, { kind, id });
      return found && found.until > now ? found : undefined;
    });
  }

  async record(order: RevocationOrder, author: RevocationAuthor): Promise<Revocation | undefined> {
    const { db, dialect } = this.#store;
    const writing = { dialect, timing: this.#timing, author };
    const [written] = await db.transaction().execute((trx) => writeRevocations(trx, [order], writing));
    return written;
  }

  #reading<Value>(read: (trx: Transaction<Tables>, now: Date) => Promise<Value>): Promise<Reading<Value>> {
    const { db, dialect } = this.#store;
    const reading = async (trx: Transaction<Tables>) => {
      const databaseTime = await dialect.databaseTime(trx);
      return { value: await read(trx, databaseTime), databaseTime };
    };
    // One snapshot: a head that is newer than what was read would say that it is complete.
    return db.transaction().setAccessMode('read only').setIsolationLevel('repeatable read').execute(reading);
  }
}

async function readHead(db: Kysely<Tables>): Promise<RevocationHead> {
  return db.selectFrom('revocation_feed').select(['epoch', 'sequence']).executeTakeFirstOrThrow();
}
