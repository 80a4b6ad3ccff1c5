import { createSecretKey, randomBytes } from 'node:crypto';
import type { DataKeyWrap, Envelope } from '../../../core/ports/envelope-store.ts';
import { SigningProviderError } from '../../../core/ports/signing-key-provider.ts';
import { decrypt, encrypt } from './aes-gcm.ts';
import { KEK_BYTES, type KeyEncryptionKey, type KeyEncryptionKeys } from './key-encryption-key.ts';

/** What an envelope belongs to. It is authenticated with the ciphertext, so an envelope moved to another row does not open. */
type EnvelopeContext = readonly string[];

/** What is sealed is sealed in the first; what is opened may be in any of them. */
export type EnvelopeContexts = readonly [EnvelopeContext, ...EnvelopeContext[]];

/** Encrypts under a fresh data key, and that one under each of `keks`. The plaintext is wiped. */
export function sealEnvelope(plaintext: Buffer, [context]: EnvelopeContexts, keks: KeyEncryptionKeys): Envelope {
  const dataKey = randomBytes(KEK_BYTES);
  const bytes = lengthPrefixed(context);
  try {
    const wraps = keks.map((kek) => kek.wrap(dataKey, bytes));
    return { ciphertext: encrypt(createSecretKey(dataKey), plaintext, bytes), wraps };
  } finally {
    dataKey.fill(0);
    plaintext.fill(0);
  }
}

/**
 * @returns the plaintext, to be wiped by whoever asked for it
 * @throws SigningProviderError KEY_ENCRYPTION_UNAVAILABLE if no wrap is under any of `keks`, KEY_UNREADABLE if a bit was changed
 */
export function openEnvelope(envelope: Envelope, contexts: EnvelopeContexts, keks: KeyEncryptionKeys): Buffer {
  const opened = openWith(envelope, contexts, keks);
  opened.dataKey.fill(0);
  return opened.plaintext;
}

/**
 * The data key under one more key-encryption key, which is shown to open it.
 * @throws SigningProviderError as {@link openEnvelope}
 */
export function wrapFor(
  target: KeyEncryptionKey,
  envelope: Envelope,
  { contexts, keks }: { contexts: EnvelopeContexts; keks: KeyEncryptionKeys },
): DataKeyWrap {
  const { dataKey, plaintext, bytes } = openWith(envelope, contexts, keks);
  try {
    return target.wrap(dataKey, bytes);
  } finally {
    dataKey.fill(0);
    plaintext.fill(0);
  }
}

/**
 * Nothing new may be encrypted under a key that does not open what is stored: keys would go on being made, each of them
 * fine, while everything old was lost.
 * @param stored for each envelope, the key-encryption keys any one of which opens it
 * @throws SigningProviderError KEY_ENCRYPTION_UNAVAILABLE
 */
export function demandCommonKek(keks: KeyEncryptionKeys, stored: readonly (readonly string[])[]): void {
  for (const ids of stored) demandAmong(keks, ids);
}

/** The key is wrapped several times; one damaged wrap is no reason to lose it. */
function openWith(
  envelope: Envelope,
  contexts: EnvelopeContexts,
  keks: KeyEncryptionKeys,
): { readonly dataKey: Buffer; readonly plaintext: Buffer; readonly bytes: Buffer } {
  const ids = envelope.wraps.map(({ kekId }) => kekId);
  if (ids.length > 0) demandAmong(keks, ids);
  for (const bytes of contexts.map(lengthPrefixed)) {
    for (const wrap of envelope.wraps) {
      const dataKey = keks.find(({ id }) => id === wrap.kekId)?.unwrap(wrap, bytes);
      const plaintext = dataKey && decrypt(createSecretKey(dataKey), envelope.ciphertext, bytes);
      if (plaintext) return { dataKey, plaintext, bytes };
      dataKey?.fill(0);
    }
  }
  throw new SigningProviderError(
    'KEY_UNREADABLE',
    `The encrypted key ${contexts[0].join(', ')} was changed, or belongs to another record. Restore the database from a backup.`,
  );
}

function demandAmong(keks: KeyEncryptionKeys, stored: readonly string[]): void {
  if (!keks.some(({ id }) => stored.includes(id))) keks[0].demandAmong(stored);
}

/** Unambiguous where plain concatenation is not: ("ab", "c") and ("a", "bc") differ. */
export function lengthPrefixed(parts: EnvelopeContext): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part, 'utf8');
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}
