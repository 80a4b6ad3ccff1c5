import { sql, type Kysely, type Transaction } from 'kysely';
import {
  canonicalJson,
  type KeyChange,
  type KeySet,
  type KeySetVersion,
  type KeyTransition,
} from '../../core/model/key-set.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { KeySetSeal } from '../../core/ports/key-set-seal.ts';
import type { VerifierEvidence } from '../../core/model/verifier-evidence.ts';
import type { KeyRepository, Reading, ReadKeySet } from '../../core/ports/key-repository.ts';
import { NOMINAL_TIMING, type Timing } from '../../core/model/timing.ts';
import type { SqlDialect } from './dialect.ts';
import { sealedEvent } from './key-events.ts';
import { examineRows, manifestEntry, markOfKid, UnprovenKeySet } from './key-manifest.ts';
import { isGone, keyOfRow, rowOfKey, writtenRow, type KeyRow } from './key-rows.ts';
import { SealedHeads, type Head, type SealedHead } from './sealed-heads.ts';
import type { Tables } from './schema.ts';
import { demandUnspent, demandUntampered, isLegal, marksOfDestroyed, successor } from './key-transition-rules.ts';
import { writeRevocations } from './write-revocations.ts';

interface Store {
  readonly db: Kysely<Tables>;
  readonly dialect: SqlDialect;
  readonly clock: Clock;
  /** Says for how long verifiers are told that a key is compromised. */
  readonly timing?: Timing | undefined;
  /** Reads what verifiers have acknowledged, where that may count. @param kids of the keys that are to sign next */
  readonly readEvidence?: ((db: Kysely<Tables>, kids: readonly string[]) => Promise<VerifierEvidence>) | undefined;
}

/** Spelt as in the index `living_key`, without parameters: only then is the index used, and what is gone costs nothing. */
const NOT_GONE = sql<boolean>`(state <> 'destroyed' or handle is not null)`;

export class SqlKeyRepository implements KeyRepository {
  readonly #store: Store;
  readonly #issuer: string;
  readonly #seal: KeySetSeal;
  readonly #heads: SealedHeads;

  constructor({ db, dialect, clock, readEvidence, timing }: Store, issuer: string, seal: KeySetSeal) {
    this.#store = { db, dialect, clock, readEvidence, timing };
    this.#issuer = issuer;
    this.#seal = seal;
    this.#heads = new SealedHeads(issuer, seal);
  }

  load(): Promise<ReadKeySet> {
    const { db, dialect } = this.#store;
    const reading = async (trx: Transaction<Tables>) => {
      const databaseTime = await dialect.databaseTime(trx);
      const value = await this.#read(trx, await this.#heads.read(trx));
      const evidence = await this.#evidence(trx, value);
      return { value, databaseTime, ...(evidence && { evidence }) };
    };
    // One snapshot for head and keys: a transition between the two reads would look like a damaged set.
    const snapshot = () => db.transaction().setAccessMode('read only').setIsolationLevel('repeatable read');
    return this.#believing(() => snapshot().execute(reading));
  }

  async version(): Promise<Reading<Head>> {
    const { db, dialect } = this.#store;
    const databaseTime = await dialect.databaseTime(db);
    // A transition counts from the moment it is decided, under the lock. Whoever asks between that and its commit, however long
    // that takes, must not be told that nothing has changed: it would sign with a retired key for a whole lease from then on.
    const { epoch, version, digest, firstActivatedAt } = await this.#believing(() =>
      this.#heads.read(db, (query) => dialect.awaitRows(query)),
    );
    return { value: { epoch, version, digest, firstActivatedAt }, databaseTime };
  }

  transact(
    decide: (current: KeySet, now: Date, evidence?: VerifierEvidence) => KeyTransition | undefined,
  ): Promise<KeySet | undefined> {
    const { db, dialect } = this.#store;
    const transaction = async (trx: Transaction<Tables>) => {
      const head = await this.#heads.lock(trx, dialect);
      const { set: current, rows } = await this.#examine(trx, head);
      const evidence = await this.#evidence(trx, current);
      const now = await dialect.databaseTime(trx);
      const transition = decide(current, now, evidence);
      if (!transition) return undefined;
      const changed = transition.changes.map(({ key }) => key);
      for (const key of changed) demandUntampered(current, key);
      const spent = await this.#spentKids(trx, head);
      for (const change of transition.changes) demandUnspent(spent, change);
      const next = await this.#apply(trx, current, transition, now);
      const written = new Map<string, KeyRow>();
      for (const key of changed)
        written.set(key.id, writtenRow(written.get(key.id) ?? rows.get(key.id), rowOfKey(this.#issuer, key)));
      const manifest = {
        ...{ ...head.manifest, condemned: next.condemned ?? [] },
        spent: [...spent, ...changed.flatMap(marksOfDestroyed)],
      };
      await this.#reseal(trx, { ...next, manifest }, [...written.values()]);
      return next;
    };
    return this.#believing(() => db.transaction().execute(transaction));
  }

  async releaseHandle(keyId: string): Promise<void> {
    const { db, dialect } = this.#store;
    const release = async (trx: Transaction<Tables>) => {
      const head = await this.#heads.lock(trx, dialect);
      const row = (await this.#examine(trx, head)).rows.get(keyId);
      if (row?.state !== 'destroyed') return;
      await trx.updateTable('signing_key').set({ handle: null }).where('id', '=', keyId).execute();
      await this.#reseal(trx, head, [{ ...row, handle: null }]);
    };
    await this.#believing(() => db.transaction().execute(release));
  }

  /** The key of the seals may have been replaced since it was last looked for, and another reader may be first to find out. */
  async #believing<Value>(act: () => Promise<Value>): Promise<Value> {
    const { version: before } = this.#seal;
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof UnprovenKeySet)) throw error;
      await this.#seal.renew();
      if (this.#seal.version === before) throw error;
      return act();
    }
  }

  /** Nobody has to be asked about keys that sign already. */
  async #evidence(trx: Transaction<Tables>, { keys }: KeySet): Promise<VerifierEvidence | undefined> {
    const standbys = keys.filter((key) => key.state === 'published').map(({ kid }) => kid);
    return standbys.length > 0 ? this.#store.readEvidence?.(trx, standbys) : undefined;
  }

  async #read(trx: Transaction<Tables>, head: SealedHead): Promise<KeySet> {
    return (await this.#examine(trx, head)).set;
  }

  /** The set, and the rows it was read from. */
  async #examine(
    trx: Transaction<Tables>,
    { manifest, ...head }: SealedHead,
  ): Promise<{ readonly set: KeySet; readonly rows: ReadonlyMap<string, KeyRow> }> {
    const { sound, tampered } = examineRows(await this.#livingRows(trx), manifest);
    const { condemned } = manifest;
    const set = {
      ...{ ...head, keys: sound.map(keyOfRow) },
      ...(tampered.length > 0 && { tampered }),
      ...(condemned.length > 0 && { condemned }),
    };
    return { set, rows: new Map(sound.map((row) => [row.id, row])) };
  }

  #livingRows(trx: Transaction<Tables>) {
    return trx
      .selectFrom('signing_key')
      .selectAll()
      .where('issuer', '=', this.#issuer)
      .where(NOT_GONE)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
  }

  /**
   * Only what this transaction changed is sealed anew, as it was written and never as it is read back: a trigger in the database
   * could have put something else there.
   */
  async #reseal(trx: Transaction<Tables>, head: SealedHead, written: readonly KeyRow[]): Promise<void> {
    const kept = Object.entries(head.manifest.rows).filter(([id]) => !written.some((row) => row.id === id));
    const living = written.filter((row) => !isGone(row)).map((row) => [row.id, manifestEntry(row)] as const);
    const manifest = { ...head.manifest, rows: Object.fromEntries([...kept, ...living]) };
    await this.#heads.seal(trx, { ...head, manifest });
  }

  /** Under the seal; of a set that an earlier version wrote, what its rows say. */
  async #spentKids(trx: Transaction<Tables>, { manifest }: SealedHead): Promise<readonly string[]> {
    if (manifest.spent) return manifest.spent;
    const destroyed = trx.selectFrom('signing_key').select('kid').where('issuer', '=', this.#issuer);
    const rows = await destroyed.where('state', '=', 'destroyed').orderBy('id').execute();
    return rows.flatMap(({ kid }) => (kid === null ? [] : [markOfKid(kid)]));
  }

  async #apply(trx: Transaction<Tables>, current: KeySet, transition: KeyTransition, now: Date): Promise<KeySet> {
    const opensEpoch = transition.name === 'open-epoch';
    for (const change of transition.changes) await this.#change(trx, change, opensEpoch);
    const next = successor(current, transition, now);
    await this.#advance(trx, current, next);
    await this.#record(trx, transition, next, now);
    await this.#revoke(trx, transition);
    return next;
  }

  /** A verifier that still holds a compromised key hears of it in what is revoked, too. */
  async #revoke(trx: Transaction<Tables>, { changes, actor, reason }: KeyTransition): Promise<void> {
    const { dialect, clock, timing = NOMINAL_TIMING } = this.#store;
    const orders = changes.flatMap(({ key }) =>
      key.state === 'compromised' ? [{ verb: 'revoke', kind: 'key', id: key.kid } as const] : [],
    );
    const author = { actor, ...(reason === undefined ? {} : { reason }) };
    await writeRevocations(trx, orders, { dialect, clock, timing, author });
  }

  async #change(trx: Transaction<Tables>, { from, key }: KeyChange, opensEpoch: boolean): Promise<void> {
    if (!isLegal({ from, key }, opensEpoch))
      throw new Error(`a signing key cannot go from ${from ?? 'nothing'} to ${key.state}`);
    const row = rowOfKey(this.#issuer, key);
    if (from === null) {
      await trx.insertInto('signing_key').values(row).execute();
      return;
    }
    const { numUpdatedRows } = await trx
      .updateTable('signing_key')
      .set(row)
      .where('id', '=', key.id)
      .where('issuer', '=', this.#issuer)
      .where('state', '=', from)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Error(`signing key ${key.id} is not ${from} any more`);
  }

  async #advance(trx: Transaction<Tables>, current: KeySetVersion, next: KeySet): Promise<void> {
    const { numUpdatedRows } = await trx
      .updateTable('keyset')
      .set({
        epoch: next.epoch,
        version: next.version,
        digest: next.digest,
        first_activated_at: next.firstActivatedAt?.getTime() ?? null,
      })
      .where('issuer', '=', this.#issuer)
      .where('epoch', '=', current.epoch)
      .where('version', '=', current.version)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Error(`the key set is not at version ${current.version} any more`);
  }

  async #record(trx: Transaction<Tables>, transition: KeyTransition, next: KeySet, now: Date): Promise<void> {
    const event = {
      issuer: this.#issuer,
      epoch: next.epoch,
      version: next.version,
      at: now.getTime(),
      transition: transition.name,
      actor: transition.actor,
      reason: transition.reason ?? null,
      changes: canonicalJson(transition.changes),
      digest: next.digest,
    };
    await trx
      .insertInto('key_event')
      .values(sealedEvent(event, (parts) => this.#seal.mac(parts)))
      .execute();
    await this.#store.dialect.announce(trx, 'keys');
  }
}
