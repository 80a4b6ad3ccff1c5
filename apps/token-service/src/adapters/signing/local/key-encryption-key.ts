import { createHash, createSecretKey } from 'node:crypto';
import type { DataKeyWrap } from '../../../core/ports/envelope-store.ts';
import { SigningProviderError } from '../../../core/ports/signing-key-provider.ts';
import { decrypt, encrypt } from './aes-gcm.ts';

export const KEK_BYTES = 32;

/** A key that encrypts the data keys of envelopes and the digest that proves the witness (AES-256-GCM), each in its context. */
export interface KeyEncryptionKey {
  /** Names the key without revealing it; recorded beside everything it wraps. */
  readonly id: string;
  /** Where it was read from. */
  readonly file: string;
  /** @throws SigningProviderError KEY_ENCRYPTION_UNAVAILABLE if `stored`, ids recorded with an envelope, are all of other keys */
  demandAmong(stored: readonly string[]): void;
  /** @throws SigningProviderError KEY_ENCRYPTION_UNAVAILABLE */
  wrap(dataKey: Uint8Array, context: Uint8Array): DataKeyWrap;
  /** @returns `undefined` if the wrap was changed, or made for another key or context */
  unwrap(wrap: DataKeyWrap, context: Uint8Array): Buffer | undefined;
}

/** All that are at hand: each of them opens what it wrapped, and all wrap what is made. The first is the primary one. */
export type KeyEncryptionKeys = readonly [KeyEncryptionKey, ...KeyEncryptionKey[]];

/** @param bytes 32 random bytes; wiped here, so that they live on in the key alone */
export function keyEncryptionKey(bytes: Buffer, file = ''): KeyEncryptionKey {
  if (bytes.length !== KEK_BYTES) throw new RangeError(`a key-encryption key has ${KEK_BYTES} bytes`);
  const id = createHash('sha256')
    .update('mintmark key-encryption key\0')
    .update(bytes)
    .digest('base64url')
    .slice(0, 16);
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return {
    id,
    file,
    demandAmong(stored) {
      if (!stored.includes(id)) throw unavailable(wrongKey(id, stored));
    },
    wrap: (dataKey, context) => ({ kekId: id, wrappedKey: encrypt(key, dataKey, context).toString('base64url') }),
    unwrap: ({ wrappedKey }, context) => decrypt(key, Buffer.from(wrappedKey, 'base64url'), context),
  };
}

/** Stands in where the key is gone: what needs it is refused, with the reason, and the rest of the service goes on. */
export function missingKeyEncryptionKey(reason: string, file = ''): KeyEncryptionKey {
  const refuse = (): never => {
    throw unavailable(reason);
  };
  return { id: 'missing', file, demandAmong: refuse, wrap: refuse, unwrap: refuse };
}

/**
 * Those that nothing is known against.
 * @throws SigningProviderError KEY_ENCRYPTION_UNAVAILABLE if that is none
 */
export function soundAmong(keks: KeyEncryptionKeys, condemned: readonly string[]): KeyEncryptionKeys {
  const [first, ...others] = keks.filter(({ id }) => !condemned.includes(id));
  if (first) return [first, ...others];
  throw unavailable(
    'Every key-encryption key at hand was compromised: no key is made under it. Name another one in MINTMARK_KEK_FILE and restart.',
  );
}

function wrongKey(id: string, needed: readonly string[]): string {
  return (
    `The key-encryption key in use (${id}) is not the one that the stored keys are encrypted under (${needed.join(' or ')}). ` +
    'Put the right key file in place, or name it in MINTMARK_KEK_FILES, and restart; no key was made or changed.'
  );
}

function unavailable(reason: string): SigningProviderError {
  return new SigningProviderError('KEY_ENCRYPTION_UNAVAILABLE', reason);
}
