/** A stored key, and the key-encryption keys any one of which opens it. */
export interface WrappedKey {
  readonly kind: 'signing-key' | 'digest-key';
  readonly id: string;
  /** What operators know it by. */
  readonly name: string;
  readonly kekIds: readonly string[];
}

/** A key-encryption key that is at hand. */
export interface KekAtHand {
  readonly id: string;
  /** Where it was read from. */
  readonly file: string;
}

/**
 * The wraps of every stored key. Each method does one step of one key and leaves it so that it opens, whatever happens next.
 * What they fail with is a SigningProviderError that names the key.
 */
export interface KeyWraps {
  /** The primary one first. */
  keks(): readonly KekAtHand[];
  wrapped(): Promise<readonly WrappedKey[]>;
  /**
   * Wraps the key under one more key-encryption key, which must be at hand, and opens it with that one alone from what was stored.
   * @returns false if it was wrapped under it already
   */
  add(key: WrappedKey, kekId: string): Promise<boolean>;
  /**
   * Drops one wrap, if another one is shown to open the key.
   * @returns false if there is no such wrap
   */
  drop(key: WrappedKey, kekId: string): Promise<boolean>;
}
