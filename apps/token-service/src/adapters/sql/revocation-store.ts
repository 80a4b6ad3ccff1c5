import type { Kysely, Transaction } from 'kysely';
import type { Moment } from '../../core/model/database-clock.ts';
import {
  isBefore,
  type Revocation,
  type RevocationHead,
  type RevocationOrder,
  type RevocationSet,
} from '../../core/model/revocation.ts';
import type { StoredRegistry } from '../../core/model/stored-registry.ts';
import type { Timing } from '../../core/model/timing.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Reading } from '../../core/ports/key-repository.ts';
import type { RevocationAuthor, RevocationStore } from '../../core/ports/revocation-store.ts';
import type { SqlDialect } from './dialect.ts';
import { lockRegistry, readRegistry } from './read-registry.ts';
import type { Tables } from './schema.ts';
import { findRevocation, readMoment, revocationOfRow, writeRevocations } from './write-revocations.ts';

interface Store {
  readonly db: Kysely<Tables>;
  readonly dialect: SqlDialect;
  readonly clock: Clock;
}

export class SqlRevocationStore implements RevocationStore {
  readonly #store: Store;
  readonly #timing: Timing;

  constructor({ db, dialect, clock }: Store, timing: Timing) {
    this.#store = { db, dialect, clock };
    this.#timing = timing;
  }

  async head(): Promise<Reading<RevocationHead>> {
    const { db, dialect } = this.#store;
    const databaseTime = await dialect.databaseTime(db);
    return { value: await readHead(db), databaseTime };
  }

  load(): Promise<Reading<RevocationSet>> {
    return this.#reading(async (trx, { earliest }) => {
      const living = trx.selectFrom('revocation').selectAll().where('ends_at', '>', earliest.getTime());
      const rows = await living.orderBy('sequence').execute();
      return { ...(await readHead(trx)), revocations: rows.map(revocationOfRow) };
    });
  }

  find(kind: Revocation['kind'], id: string): Promise<Reading<Revocation | undefined>> {
    return this.#reading(async (trx, { earliest }) => {
      const found = await findRevocation(trx, { kind, id });
      return found && found.until > earliest ? found : undefined;
    });
  }

  record(order: RevocationOrder, author: RevocationAuthor): Promise<Revocation | undefined> {
    return this.#record(async () => order, author);
  }

  recordDecided(
    decide: (current: StoredRegistry) => RevocationOrder,
    author: RevocationAuthor,
  ): Promise<Revocation | undefined> {
    return this.#record(async (trx) => {
      await lockRegistry(trx, this.#store.dialect);
      return decide(await readRegistry(trx));
    }, author);
  }

  async liftTo({ epoch, sequence }: RevocationHead, author: RevocationAuthor): Promise<void> {
    const { db, dialect } = this.#store;
    await db.transaction().execute(async (trx) => {
      const before = await dialect.lockRows(trx.selectFrom('revocation_feed').selectAll()).executeTakeFirstOrThrow();
      if (!isBefore(before, { epoch, sequence })) throw new Error(`revocations are not below ${epoch}.${sequence}`);
      const at = (await dialect.databaseTime(trx)).getTime();
      await trx.updateTable('revocation_feed').set({ epoch, sequence }).execute();
      const change = JSON.stringify({
        opensEpoch: true,
        ...(author.reason !== undefined && { reason: author.reason }),
      });
      await trx.insertInto('revocation_event').values({ epoch, sequence, at, actor: author.actor, change }).execute();
      await dialect.announce(trx, 'revocations');
    });
  }

  #record(
    orderIn: (trx: Transaction<Tables>) => Promise<RevocationOrder>,
    author: RevocationAuthor,
  ): Promise<Revocation | undefined> {
    const { db, ...keeping } = this.#store;
    const writing = { ...keeping, timing: this.#timing, author };
    return db.transaction().execute(async (trx) => {
      const [written] = await writeRevocations(trx, [await orderIn(trx)], writing);
      return written;
    });
  }

  #reading<Value>(read: (trx: Transaction<Tables>, moment: Moment) => Promise<Value>): Promise<Reading<Value>> {
    const { db, ...keeping } = this.#store;
    const reading = async (trx: Transaction<Tables>) => {
      const { now: databaseTime, moment } = await readMoment(trx, { ...keeping, timing: this.#timing });
      return { value: await read(trx, moment), databaseTime };
    };
    // One snapshot: a head that is newer than what was read would say that it is complete.
    return db.transaction().setAccessMode('read only').setIsolationLevel('repeatable read').execute(reading);
  }
}

async function readHead(db: Kysely<Tables>): Promise<RevocationHead> {
  return db.selectFrom('revocation_feed').select(['epoch', 'sequence']).executeTakeFirstOrThrow();
}
