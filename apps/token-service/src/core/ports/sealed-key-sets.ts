import type { StoredDigestKey } from './envelope-store.ts';
import type { Mac } from './key-set-seal.ts';

/** Every stored key set, for whoever replaces the key that proves them. */
export interface SealedKeySets {
  /**
   * Stores a key for seals in the place of all earlier ones and puts under it each key set that is whole: all or nothing. One
   * that is not whole stays so.
   * @param replaced version of the key that proves them now
   * @returns false if that is another one meanwhile; then nothing was changed
   */
  putUnder(key: StoredDigestKey, seals: { replaced: number; before: Mac; after: Mac }): Promise<boolean>;
}
