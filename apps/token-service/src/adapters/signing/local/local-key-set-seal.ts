import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { EnvelopeStore, StoredDigestKey } from '../../../core/ports/envelope-store.ts';
import type { KeySetSeal } from '../../../core/ports/key-set-seal.ts';
import { SigningProviderError } from '../../../core/ports/signing-key-provider.ts';
import { digestKeyContexts } from './envelope-contexts.ts';
import type { KeyEncryptionKeys } from './key-encryption-key.ts';
import { demandCommonKek, lengthPrefixed, openEnvelope, sealEnvelope } from './key-envelope.ts';

interface Needs {
  readonly store: EnvelopeStore;
  readonly keks: KeyEncryptionKeys;
}

const PURPOSE = 'key-set';
const SEAL_KEY_BYTES = 32;

/**
 * Opens the key of the seals; in a fresh database it makes the first one. Where it cannot be opened every seal is refused with
 * the reason: a key set that cannot be checked is neither served nor signed with.
 */
export async function openKeySetSeal(needs: Needs): Promise<KeySetSeal> {
  try {
    const stored = (await needs.store.digestKeys(PURPOSE)).at(-1) ?? (await makeFirst(needs));
    const key = openKey(stored, needs.keks);
    return { mac: (parts) => createHmac('sha256', key).update(lengthPrefixed(parts)).digest('base64url') };
  } catch (error) {
    if (!(error instanceof SigningProviderError)) throw error;
    return {
      mac: () => {
        throw error;
      },
    };
  }
}

async function makeFirst({ store, keks }: Needs): Promise<StoredDigestKey> {
  demandCommonKek(keks, await store.kekIds());
  const named = { id: `${PURPOSE}.v1`, purpose: PURPOSE, version: 1 };
  return store.addDigestKey({
    ...named,
    envelope: sealEnvelope(randomBytes(SEAL_KEY_BYTES), digestKeyContexts(named), keks),
  });
}

function openKey(stored: StoredDigestKey, keks: KeyEncryptionKeys): KeyObject {
  const bytes = openEnvelope(stored.envelope, digestKeyContexts(stored), keks);
  try {
    return createSecretKey(bytes);
  } finally {
    bytes.fill(0);
  }
}
