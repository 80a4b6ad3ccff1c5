import type { Kysely, Selectable } from 'kysely';
import type {
  DataKeyWrap,
  DigestPurpose,
  Envelope,
  EnvelopeRow,
  EnvelopeStore,
  StoredDigestKey,
  StoredEnvelope,
  StoredLocalKey,
} from '../../core/ports/envelope-store.ts';
import type { SqlDialect } from './dialect.ts';
import type { KeyTables, Tables } from './schema.ts';

interface Store {
  readonly db: Kysely<Tables>;
  readonly dialect: SqlDialect;
}

export class SqlEnvelopeStore implements EnvelopeStore {
  readonly #store: Store;

  constructor({ db, dialect }: Store) {
    this.#store = { db, dialect };
  }

  async addLocalKey({ envelope, ...key }: StoredLocalKey): Promise<StoredLocalKey> {
    const row = { ...key, ...columnsOf(envelope), created_at: await this.#now() };
    const { db } = this.#store;
    await db
      .insertInto('local_key')
      .values(row)
      .onConflict((on) => on.column('id').doNothing())
      .execute();
    return localKeyOf(await db.selectFrom('local_key').selectAll().where('id', '=', key.id).executeTakeFirstOrThrow());
  }

  async localKey(id: string): Promise<StoredLocalKey | undefined> {
    const row = await this.#store.db.selectFrom('local_key').selectAll().where('id', '=', id).executeTakeFirst();
    return row && localKeyOf(row);
  }

  async localKeys(issuer: string): Promise<readonly StoredLocalKey[]> {
    const query = this.#store.db.selectFrom('local_key').selectAll().where('issuer', '=', issuer).orderBy('created_at');
    return (await query.execute()).map(localKeyOf);
  }

  async removeLocalKey(id: string): Promise<void> {
    await this.#store.db.deleteFrom('local_key').where('id', '=', id).execute();
  }

  async addDigestKey({ envelope, ...key }: StoredDigestKey): Promise<StoredDigestKey> {
    const row = { ...key, ...columnsOf(envelope), created_at: await this.#now() };
    const { db } = this.#store;
    await db
      .insertInto('digest_key')
      .values(row)
      // Whichever of its two unique keys another process was first with.
      .onConflict((on) => on.doNothing())
      .execute();
    const stored = db
      .selectFrom('digest_key')
      .selectAll()
      .where('purpose', '=', key.purpose)
      .where('version', '=', key.version);
    return digestKeyOf(await stored.executeTakeFirstOrThrow());
  }

  async digestKeys(purpose: DigestPurpose): Promise<readonly StoredDigestKey[]> {
    const query = this.#store.db.selectFrom('digest_key').selectAll().where('purpose', '=', purpose).orderBy('version');
    return (await query.execute()).map(digestKeyOf);
  }

  async isDigestKeyNeeded(purpose: DigestPurpose): Promise<boolean> {
    const { db } = this.#store;
    const dependent =
      purpose === 'client-secret'
        ? db.selectFrom('client_secret').select('id').limit(1).execute()
        : db.selectFrom('keyset').select('issuer').where('mac', 'is not', null).limit(1).execute();
    return (await dependent).length > 0;
  }

  async envelopes(): Promise<readonly StoredEnvelope[]> {
    const { db } = this.#store;
    const local = await db.selectFrom('local_key').selectAll().orderBy('id').execute();
    const digest = await db.selectFrom('digest_key').selectAll().orderBy('id').execute();
    return [
      ...digest.map((row) => ({ kind: 'digest-key', key: digestKeyOf(row) }) as const),
      ...local.map((row) => ({ kind: 'signing-key', key: localKeyOf(row) }) as const),
    ];
  }

  async replaceWraps(
    { kind, id }: EnvelopeRow,
    from: readonly DataKeyWrap[],
    to: readonly DataKeyWrap[],
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#store.db
      .updateTable(kind === 'signing-key' ? 'local_key' : 'digest_key')
      .set({ wraps: JSON.stringify(to) })
      .where('id', '=', id)
      .where('wraps', '=', JSON.stringify(from))
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async kekIds(): Promise<readonly (readonly string[])[]> {
    const { db } = this.#store;
    const query = db.selectFrom('local_key').select('wraps').unionAll(db.selectFrom('digest_key').select('wraps'));
    const ids = (await query.execute()).map(({ wraps }) => wrapsOf(wraps).map(({ kekId }) => kekId));
    // What has lost all its wraps is opened by nothing, and says nothing of any key.
    return ids.filter(({ length }) => length > 0);
  }

  async condemned(): Promise<readonly string[]> {
    const rows = await this.#store.db.selectFrom('condemned_custody').select('custody').orderBy('custody').execute();
    return rows.map(({ custody }) => custody);
  }

  async condemn(custody: readonly string[]): Promise<void> {
    const at = await this.#now();
    await this.#store.db
      .insertInto('condemned_custody')
      .values(custody.map((each) => ({ custody: each, at })))
      .onConflict((on) => on.doNothing())
      .execute();
  }

  async #now(): Promise<number> {
    return (await this.#store.dialect.databaseTime(this.#store.db)).getTime();
  }
}

export function columnsOf({ ciphertext, wraps }: Envelope) {
  return { ciphertext, wraps: JSON.stringify(wraps) };
}

function localKeyOf({ id, issuer, algorithm, kid, ...row }: Selectable<KeyTables['local_key']>): StoredLocalKey {
  return { id, issuer, algorithm, kid, envelope: envelopeOf(row) };
}

function digestKeyOf({ id, purpose, version, ...row }: Selectable<KeyTables['digest_key']>): StoredDigestKey {
  return { id, purpose, version, envelope: envelopeOf(row) };
}

function envelopeOf({ ciphertext, wraps }: { ciphertext: Uint8Array; wraps: string }): Envelope {
  return { ciphertext, wraps: wrapsOf(wraps) };
}

/** Those that are whole: what somebody else wrote there must cost no other key. */
function wrapsOf(text: string): DataKeyWrap[] {
  const written = parsed(text);
  return Array.isArray(written) ? written.filter(isWrap) : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isWrap(written: unknown): written is DataKeyWrap {
  const { kekId, wrappedKey } = (written ?? {}) as Partial<Record<keyof DataKeyWrap, unknown>>;
  return typeof kekId === 'string' && typeof wrappedKey === 'string';
}
