import type { SigningAlgorithm } from '@mintmark/contract';
import type { PublicJwk } from '@mintmark/jws';
import type { KeyHandle } from '../model/signing-key.ts';

/** Custody of private keys: where they are made, used and destroyed. What it fails with is a {@link SigningProviderError}. */
export interface SigningKeyProvider {
  capabilities(): ProviderCapabilities;

  /** Makes a key, or returns the one it has already made for this idempotency key. */
  create(request: NewKey): Promise<KeyHandle>;

  /** Derived from the private key, never from what was stored beside it. */
  publicJwk(handle: KeyHandle): Promise<PublicJwk>;

  /**
   * JOSE signature bytes: for ECDSA r‖s of fixed length (RFC 7518 §3.4), never DER. May hold the key in memory from the
   * first call on, until `forget`, and then answer without a promise.
   */
  sign(handle: KeyHandle, signingInput: Uint8Array): Uint8Array | Promise<Uint8Array>;

  /** Drops what is held in memory for the key. It can still sign. */
  forget(handle: KeyHandle): void;

  /** Destroys the private key; no error if it is gone already. */
  destroy(handle: KeyHandle): Promise<void>;

  /** Every key that was made and not destroyed, so that orphans can be found. */
  list(): AsyncIterable<{ readonly handle: KeyHandle; readonly idempotencyKey: string }>;
}

export interface NewKey {
  readonly algorithm: SigningAlgorithm;
  readonly idempotencyKey: string;
  /** Custodies that were compromised: it lies under none of them. */
  readonly condemned?: readonly string[];
}

export interface ProviderCapabilities {
  readonly algorithms: readonly SigningAlgorithm[];
  /** Whether the private key can leave the provider at all. */
  readonly exportable: boolean;
  readonly maxSignaturesPerSecond?: number;
}

export type SigningProviderErrorCode =
  /** No key behind this handle: destroyed, or another provider's. */
  | 'KEY_NOT_FOUND'
  /** It is where nothing that this replica's settings name, or its version knows, can ask for it. */
  | 'KEY_ELSEWHERE'
  /** There is one, but it cannot be decrypted, or is not what its record says. */
  | 'KEY_UNREADABLE'
  /** The key-encryption key is missing, or not the one that stored keys are encrypted under. */
  | 'KEY_ENCRYPTION_UNAVAILABLE'
  | 'ALGORITHM_UNSUPPORTED'
  /** What it would lie under was compromised. */
  | 'CUSTODY_COMPROMISED'
  /** The provider cannot be reached, or has gone away. */
  | 'PROVIDER_UNREACHABLE'
  /** No answer within the time allowed; one that comes later is thrown away. */
  | 'PROVIDER_LATE'
  /** More is being asked of it than it can do: try again. */
  | 'PROVIDER_BUSY'
  /** It has no room for another key. */
  | 'PROVIDER_FULL'
  /** It refused the PIN, which is not tried again: a token locks itself after a few wrong ones. */
  | 'PIN_REFUSED';

/** The message names what is wrong and the way out, and holds nothing secret. */
export class SigningProviderError extends Error {
  readonly code: SigningProviderErrorCode;

  constructor(code: SigningProviderErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SigningProviderError';
    this.code = code;
  }
}
