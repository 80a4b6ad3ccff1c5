import type { Revocation, RevocationHead, RevocationOrder, RevocationSet } from '../model/revocation.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';
import type { Reading } from './key-repository.ts';

/** Who asked for a revocation, and why. */
export interface RevocationAuthor {
  /** An operator's name, or the client that revokes its own token. */
  readonly actor: string;
  readonly reason?: string;
}

/** What is revoked, on every replica. There is nothing, at sequence 0, before the first revocation. */
export interface RevocationStore {
  /** All that have not ended. */
  load(): Promise<Reading<RevocationSet>>;

  /** Cheaper than `load`: to be asked every two seconds. */
  head(): Promise<Reading<RevocationHead>>;

  /** One that has not ended. */
  find(kind: Revocation['kind'], id: string): Promise<Reading<Revocation | undefined>>;

  /**
   * Decides on an order under the lock of the head, and applies it: the revocation, sequence + 1 and event in one transaction. What has
   * ended is removed with it.
   * @returns the revocation as it is afterwards; `undefined` if there is none and none was to be made
   * @throws RequestError REVOCATIONS_FULL; then nothing was changed
   */
  record(order: RevocationOrder, author: RevocationAuthor): Promise<Revocation | undefined>;

  /**
   * The same for an order that the registry has a say in: decided under the lock of that, too, so that what is changed there at the same
   * moment comes before it or after.
   * @param decide pure
   * @throws what `decide` throws, too
   */
  recordDecided(
    decide: (current: StoredRegistry) => RevocationOrder,
    author: RevocationAuthor,
  ): Promise<Revocation | undefined>;

  /** Moves the head up, with an event; what is revoked stays as it is. @throws Error unless that is up */
  liftTo(head: RevocationHead, author: RevocationAuthor): Promise<void>;
}
