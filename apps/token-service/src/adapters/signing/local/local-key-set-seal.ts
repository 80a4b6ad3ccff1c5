import { createHmac } from 'node:crypto';
import type { KeySetSeal } from '../../../core/ports/key-set-seal.ts';
import { SigningProviderError } from '../../../core/ports/signing-key-provider.ts';
import { openDigestKey, storedDigestKeys, type DigestKeyNeeds } from './digest-keys.ts';
import { lengthPrefixed } from './key-envelope.ts';

/**
 * Opens the key of the seals; in a fresh database it makes the first one. Where it cannot be opened every seal is refused with
 * the reason: a key set that cannot be checked is neither served nor signed with.
 */
export async function openKeySetSeal(needs: DigestKeyNeeds): Promise<KeySetSeal> {
  try {
    const stored = (await storedDigestKeys(needs, 'key-set')).at(-1)!;
    const key = openDigestKey(stored, needs.keks);
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
