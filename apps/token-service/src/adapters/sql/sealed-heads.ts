import type { Kysely, Transaction } from 'kysely';
import { digestOfKeys, type KeySet } from '../../core/model/key-set.ts';
import type { KeySetSeal, Mac } from '../../core/ports/key-set-seal.ts';
import type { SqlDialect } from './dialect.ts';
import {
  EMPTY_MANIFEST,
  isUnsealed,
  readManifest,
  sealedManifest,
  UnprovenKeySet,
  type KeyManifest,
  type KeySetRow,
} from './key-manifest.ts';
import type { Tables } from './schema.ts';

export type Head = Omit<KeySet, 'keys' | 'tampered' | 'condemned'>;

/** A head whose seal is whole. */
export type SealedHead = Head & { readonly manifest: KeyManifest };

/** What a set is before anything happened to it; the row is written with the first transition. */
const FRESH: SealedHead = {
  epoch: 1,
  version: 0,
  digest: digestOfKeys([]),
  firstActivatedAt: null,
  manifest: EMPTY_MANIFEST,
};

/** The row of one key set, believed only as Mintmark wrote it. */
export class SealedHeads {
  readonly #issuer: string;
  readonly #mac: Mac;

  constructor(issuer: string, seal: KeySetSeal) {
    this.#issuer = issuer;
    this.#mac = (parts) => seal.mac(parts);
  }

  /** @throws UnprovenKeySet if the row is not as Mintmark wrote it, or is gone */
  async read(db: Kysely<Tables>, locked: SqlDialect['awaitRows'] = (query) => query): Promise<SealedHead> {
    return this.#believed(db, await locked(this.#select(db)).executeTakeFirst());
  }

  /** The same, for whoever is to change it; from then on there is a row. */
  async lock(trx: Transaction<Tables>, dialect: SqlDialect): Promise<SealedHead> {
    const fresh = this.#rowOf(FRESH);
    await trx
      .insertInto('keyset')
      .values({ ...fresh, ...sealedManifest(fresh, FRESH.manifest, this.#mac) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return this.#believed(trx, await dialect.lockRows(this.#select(trx)).executeTakeFirstOrThrow());
  }

  async seal(trx: Transaction<Tables>, { manifest, ...head }: SealedHead): Promise<void> {
    await trx
      .updateTable('keyset')
      .set(sealedManifest(this.#rowOf(head), manifest, this.#mac))
      .where('issuer', '=', this.#issuer)
      .execute();
  }

  async #believed(db: Kysely<Tables>, row: KeySetRow | undefined): Promise<SealedHead> {
    const head = row ? this.#headOf(row) : FRESH;
    // Whoever takes away what there was must not have the set begin anew.
    if (head.version === FRESH.version && (await this.#hasPast(db))) throw new UnprovenKeySet(this.#issuer);
    return head;
  }

  /** An earlier version wrote no seal before the first transition. */
  #headOf(row: KeySetRow): SealedHead {
    if (!isUnsealed(row)) return { ...headOfRow(row), manifest: readManifest(row, this.#mac) };
    // Otherwise the epoch could be raised without a seal, and verifiers believe a higher one.
    if (!isFresh(row)) throw new UnprovenKeySet(this.#issuer);
    return FRESH;
  }

  async #hasPast(db: Kysely<Tables>): Promise<boolean> {
    for (const table of ['signing_key', 'key_event', 'local_key'] as const) {
      const own = db.selectFrom(table).select('issuer').where('issuer', '=', this.#issuer).limit(1);
      if ((await own.execute()).length > 0) return true;
    }
    return false;
  }

  #select(db: Kysely<Tables>) {
    return db.selectFrom('keyset').selectAll().where('issuer', '=', this.#issuer);
  }

  #rowOf({ epoch, version, digest, firstActivatedAt }: Head) {
    return { issuer: this.#issuer, epoch, version, digest, first_activated_at: firstActivatedAt?.getTime() ?? null };
  }
}

function isFresh({ epoch, version, digest, first_activated_at: first }: KeySetRow): boolean {
  return epoch === FRESH.epoch && version === FRESH.version && digest === FRESH.digest && first === null;
}

function headOfRow({ epoch, version, digest, first_activated_at: first }: KeySetRow): Head {
  return { epoch, version, digest, firstActivatedAt: first === null ? null : new Date(first) };
}
