import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { DigestPurpose, EnvelopeStore, StoredDigestKey } from '../../../core/ports/envelope-store.ts';
import { SigningProviderError } from '../../../core/ports/signing-key-provider.ts';
import { digestKeyContexts, digestKeyName } from './envelope-contexts.ts';
import { soundAmong, type KeyEncryptionKeys } from './key-encryption-key.ts';
import { demandCommonKek, openEnvelope, sealEnvelope } from './key-envelope.ts';

export interface DigestKeyNeeds {
  readonly store: EnvelopeStore;
  readonly keks: KeyEncryptionKeys;
}

const DIGEST_KEY_BYTES = 32;

/**
 * The stored keys of one purpose, in the order of their versions; where nothing is digested yet it makes the first one.
 * @throws SigningProviderError KEY_NOT_FOUND if they are gone and something depends on them
 */
export async function storedDigestKeys(
  { store, keks }: DigestKeyNeeds,
  purpose: DigestPurpose,
): Promise<readonly [StoredDigestKey, ...StoredDigestKey[]]> {
  // Asked first: what was digested before the question was asked has a key that is found after it.
  const isNeeded = await store.isDigestKeyNeeded(purpose);
  const [first, ...others] = await store.digestKeys(purpose);
  if (first) return [first, ...others];
  if (isNeeded) throw lost(purpose);
  demandCommonKek(keks, await store.kekIds());
  const sound = soundAmong(keks, await store.condemned());
  return [await store.addDigestKey(makeDigestKey({ purpose, version: 1 }, sound))];
}

export function makeDigestKey(
  { purpose, version }: Pick<StoredDigestKey, 'purpose' | 'version'>,
  keks: KeyEncryptionKeys,
): StoredDigestKey {
  const named = { id: digestKeyName({ purpose, version }), purpose, version };
  return { ...named, envelope: sealEnvelope(randomBytes(DIGEST_KEY_BYTES), digestKeyContexts(named), keks) };
}

/** @throws SigningProviderError KEY_ENCRYPTION_UNAVAILABLE, KEY_UNREADABLE */
export function openDigestKey(stored: StoredDigestKey, keks: KeyEncryptionKeys): KeyObject {
  const bytes = openEnvelope(stored.envelope, digestKeyContexts(stored), keks);
  try {
    return createSecretKey(bytes);
  } finally {
    bytes.fill(0);
  }
}

const SERVES: Readonly<Record<DigestPurpose, string>> = {
  'client-secret': 'client secrets are checked',
  'key-set': 'stored key sets are proved',
};

/** A new one under the name of the old would make all that was digested look wrong, or false, and nobody would know why. */
function lost(purpose: DigestPurpose): SigningProviderError {
  return new SigningProviderError(
    'KEY_NOT_FOUND',
    `The key ${purpose} with which ${SERVES[purpose]} is gone from the database (digest_key). Restore the database from a backup; ` +
      'no key was made or changed.',
  );
}
