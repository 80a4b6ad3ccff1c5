import type { Kysely, Transaction } from 'kysely';
import type { Client } from '../../core/model/client.ts';
import {
  isEmpty,
  NO_CHANGES,
  type RecordedChange,
  type RegistryTransition,
} from '../../core/model/registry-changes.ts';
import { revocationsOf } from '../../core/model/revocation.ts';
import type { StoredRegistry } from '../../core/model/stored-registry.ts';
import { NOMINAL_TIMING, type Timing } from '../../core/model/timing.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { RegistryRepository } from '../../core/ports/registry-repository.ts';
import type { SqlDialect } from './dialect.ts';
import { lockRegistry, readClient, readRegistry, readVersion } from './read-registry.ts';
import { changesOfEvent, eventOfChanges } from './registry-rows.ts';
import type { Tables } from './schema.ts';
import { writeRegistry } from './write-registry.ts';
import { writeRevocations } from './write-revocations.ts';

interface Store {
  readonly db: Kysely<Tables>;
  readonly dialect: SqlDialect;
  readonly clock: Clock;
}

/** Of one answer. */
const MOST_CHANGES = 500;

export class SqlRegistryRepository implements RegistryRepository {
  readonly #store: Store;
  readonly #timing: Timing;

  /** @param timing says for how long the tokens of a client that is disabled or removed are refused */
  constructor({ db, dialect, clock }: Store, timing: Timing = NOMINAL_TIMING) {
    this.#store = { db, dialect, clock };
    this.#timing = timing;
  }

  load(): Promise<StoredRegistry> {
    // One snapshot for all tables: a change between two reads would give a registry that never was.
    const transaction = this.#store.db.transaction().setAccessMode('read only').setIsolationLevel('repeatable read');
    return transaction.execute((trx) => readRegistry(trx));
  }

  version(): Promise<number> {
    return readVersion(this.#store.db);
  }

  client(id: string): Promise<Client | undefined> {
    const transaction = this.#store.db.transaction().setAccessMode('read only').setIsolationLevel('repeatable read');
    return transaction.execute((trx) => readClient(trx, id));
  }

  transact(decide: (current: StoredRegistry) => RegistryTransition): Promise<number> {
    return this.#locked(async (trx) => decide(await readRegistry(trx)));
  }

  transactClient(
    id: string,
    decide: (current: Client | undefined, version: number) => RegistryTransition,
  ): Promise<number> {
    return this.#locked(async (trx, version) => decide(await readClient(trx, id), version));
  }

  async changesSince(version: number): Promise<readonly RecordedChange[]> {
    const rows = await this.#store.db
      .selectFrom('registry_event')
      .selectAll()
      .where('version', '>', version)
      .orderBy('version')
      .limit(MOST_CHANGES)
      .execute();
    return rows.flatMap(changesOfEvent).slice(0, MOST_CHANGES);
  }

  async liftTo(version: number, actor: string): Promise<void> {
    const { db, dialect } = this.#store;
    await db.transaction().execute(async (trx) => {
      const at = (await dialect.databaseTime(trx)).getTime();
      const { numUpdatedRows } = await trx
        .updateTable('registry')
        .set({ version })
        .where('version', '<', version)
        .executeTakeFirst();
      if (numUpdatedRows !== 1n) throw new Error(`the registry is not below version ${version}`);
      await trx
        .insertInto('registry_event')
        .values({ version, at, actor, changes: eventOfChanges(NO_CHANGES) })
        .execute();
      await dialect.announce(trx, 'registry');
    });
  }

  #locked(decide: (trx: Transaction<Tables>, version: number) => Promise<RegistryTransition>): Promise<number> {
    const { db, dialect, clock } = this.#store;
    const timing = this.#timing;
    const transaction = async (trx: Transaction<Tables>): Promise<number> => {
      const version = await lockRegistry(trx, dialect);
      const { actor, requestId, changes } = await decide(trx, version);
      if (isEmpty(changes)) return version;
      await writeRegistry(trx, changes);
      await writeRevocations(trx, revocationsOf(changes), { dialect, clock, timing, author: { actor } });
      await trx
        .updateTable('registry')
        .set({ version: version + 1 })
        .execute();
      const at = (await dialect.databaseTime(trx)).getTime();
      const event = { version: version + 1, at, actor, changes: eventOfChanges(changes, requestId) };
      await trx.insertInto('registry_event').values(event).execute();
      await dialect.announce(trx, 'registry');
      return version + 1;
    };
    return db.transaction().execute(transaction);
  }
}
