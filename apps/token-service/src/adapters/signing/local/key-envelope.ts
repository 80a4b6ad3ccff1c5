import { createSecretKey, randomBytes } from 'node:crypto';
import type { Envelope } from '../../../core/ports/envelope-store.ts';
import { SigningProviderError } from '../../../core/ports/signing-key-provider.ts';
import { decrypt, encrypt } from './aes-gcm.ts';
import { KEK_BYTES, type KeyEncryptionKey } from './key-encryption-key.ts';

/** What an envelope belongs to. It is authenticated with the ciphertext, so an envelope moved to another row does not open. */
export type EnvelopeContext = readonly string[];

/** Encrypts under a fresh data key, and that one under `kek`. The plaintext is wiped. */
export function sealEnvelope(plaintext: Buffer, context: EnvelopeContext, kek: KeyEncryptionKey): Envelope {
  const dataKey = randomBytes(KEK_BYTES);
  const bytes = lengthPrefixed(context);
  try {
    return { ciphertext: encrypt(createSecretKey(dataKey), plaintext, bytes), wraps: [kek.wrap(dataKey, bytes)] };
  } finally {
    dataKey.fill(0);
    plaintext.fill(0);
  }
}

/**
 * @returns the plaintext, to be wiped by whoever asked for it
 * @throws SigningProviderError KEY_ENCRYPTION_UNAVAILABLE if no wrap is under `kek`, KEY_UNREADABLE if a bit was changed
 */
export function openEnvelope(envelope: Envelope, context: EnvelopeContext, kek: KeyEncryptionKey): Buffer {
  kek.demandAmong(envelope.wraps.map(({ kekId }) => kekId));
  const bytes = lengthPrefixed(context);
  const wrap = envelope.wraps.find(({ kekId }) => kekId === kek.id);
  const dataKey = wrap && kek.unwrap(wrap, bytes);
  const plaintext = dataKey && decrypt(createSecretKey(dataKey), envelope.ciphertext, bytes);
  dataKey?.fill(0);
  if (plaintext) return plaintext;
  throw new SigningProviderError(
    'KEY_UNREADABLE',
    `The encrypted key ${context.join(', ')} was changed, or belongs to another record. Restore the database from a backup.`,
  );
}

/**
 * Nothing new may be encrypted under a key that does not open what is stored: keys would go on being made, each of them
 * fine, while everything old was lost.
 * @param stored for each envelope, the key-encryption keys any one of which opens it
 * @throws SigningProviderError KEY_ENCRYPTION_UNAVAILABLE
 */
export function demandCommonKek(kek: KeyEncryptionKey, stored: readonly (readonly string[])[]): void {
  for (const ids of stored) kek.demandAmong(ids);
}

/** Unambiguous where plain concatenation is not: ("ab", "c") and ("a", "bc") differ. */
function lengthPrefixed(parts: EnvelopeContext): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part, 'utf8');
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}
