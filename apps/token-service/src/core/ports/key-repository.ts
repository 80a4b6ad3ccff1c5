import type { VerifierEvidence } from '../model/verifier-evidence.ts';
import type { KeySet, KeySetVersion, KeyTransition } from '../model/key-set.ts';

/** What was read, and the database's clock when it was. */
export interface Reading<Value> {
  readonly value: Value;
  readonly databaseTime: Date;
}

/** A key set, and what verifiers have acknowledged of it, as both were at one moment. */
export interface ReadKeySet extends Reading<KeySet> {
  /** Absent where nothing that verifiers acknowledge can shorten the time they are given. */
  readonly evidence?: VerifierEvidence;
}

/** The key set of one issuer. There is one, from the first call on, with version 0 and no keys. */
export interface KeyRepository {
  load(): Promise<ReadKeySet>;

  /** Cheaper than `load`: to be asked every two seconds. */
  version(): Promise<Reading<KeySetVersion & Pick<KeySet, 'digest'>>>;

  /**
   * Locks the set, lets `decide` look at it and at the database's clock read after the lock, and applies what it returns:
   * key changes, version + 1, digest and event in one transaction.
   * @param decide pure; `undefined` leaves everything as it is; `evidence` is read after the lock too
   * @returns the set as it is afterwards, or `undefined` if nothing was to be done
   * @throws if a key is not in the state a change starts from, or a transition is not a legal one; then nothing was changed
   */
  transact(
    decide: (current: KeySet, now: Date, evidence?: VerifierEvidence) => KeyTransition | undefined,
  ): Promise<KeySet | undefined>;

  /** Records that the provider has destroyed the private key of a destroyed key. */
  releaseHandle(keyId: string): Promise<void>;
}
