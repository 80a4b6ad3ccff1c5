import type { KeyHandle } from '../model/signing-key.ts';

/**
 * What private keys lie under: the key-encryption keys any one of which opens them, or a token. Names, as operators see them;
 * nothing secret.
 */
export interface KeyCustody {
  /** An entry for each; an empty one where it cannot be told: the key is gone, or damaged. */
  of(handles: readonly KeyHandle[]): Promise<ReadonlyMap<KeyHandle, readonly string[]>>;
  /**
   * What the next key would lie under. Empty: there is no sound custody for one.
   * @throws SigningProviderError if it cannot be told now
   */
  ofNewKeys(): Promise<readonly string[]>;
  /** Nothing is made under it from now on, on any replica. For good. */
  condemn(custody: readonly string[]): Promise<void>;
  /** What proves stored key sets, and lies under one of these too, is replaced: whoever knows it could go on writing key sets. */
  replaceSeal(custody: readonly string[]): Promise<void>;
}
