import type { KeyHandle } from '../model/signing-key.ts';
import type { KeySetSeal, SealLoss } from './key-set-seal.ts';

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
  /** Of what proves stored key sets. */
  readonly sealVersion: KeySetSeal['version'];
  /** @throws SigningProviderError KEY_ENCRYPTION_UNAVAILABLE if it could not be condemned: nothing would be left to prove key sets with */
  demandCondemnable(lost: SealLoss['lost']): Promise<void>;
  /**
   * Nothing is made under what was lost from now on, on any replica. For good. If a key-encryption key is among it, what proves
   * stored key sets is replaced: whoever knows that could go on writing them.
   * @throws SigningProviderError as `demandCondemnable`; then nothing was changed
   */
  condemn(loss: SealLoss): Promise<void>;
}
