import { importPublicJwk, verifyBytes, type PublicJwk } from '@mintmark/jws';
import { canonicalJson } from '../../model/key-set.ts';
import type { KeyHandle, SigningKey } from '../../model/signing-key.ts';
import {
  SigningProviderError,
  type SigningKeyProvider,
  type SigningProviderErrorCode,
} from '../../ports/signing-key-provider.ts';

/** Never a signing input (RFC 7515 §5.1): it holds no dot. */
const PROBE = Buffer.from('mintmark key probe');

/**
 * Derives the public key from the private one and lets it verify a signature, so that a provider that hands out the wrong
 * key, or signatures in the wrong form, is caught before anyone relies on it.
 * @throws SigningProviderError
 */
export async function proveKey(
  provider: SigningKeyProvider,
  { handle, algorithm }: { handle: KeyHandle; algorithm: SigningKey['algorithm'] },
): Promise<PublicJwk> {
  const publicJwk = await provider.publicJwk(handle);
  const imported = importPublicJwk(publicJwk);
  if (!imported.ok || imported.key.algorithm !== algorithm || imported.key.thumbprint !== publicJwk.kid) {
    throw unreadable(`its provider returns no ${algorithm} key for it`);
  }
  const signature = await provider.sign(handle, PROBE);
  if (!verifyBytes(algorithm, imported.key.publicKey, PROBE, signature)) {
    throw unreadable('its signature does not verify with its public key');
  }
  return publicJwk;
}

/**
 * The same for a key that is in the key set already: it must still be the key that verifiers were given, as they were given it.
 * @throws SigningProviderError
 */
export async function proveKnownKey(provider: SigningKeyProvider, key: KnownKey): Promise<void> {
  const publicJwk = await proveKey(provider, key);
  if (publicJwk.kid !== key.kid) throw unreadable(`its provider holds another key, ${publicJwk.kid}`);
  if (canonicalJson(publicJwk) !== canonicalJson(key.publicJwk)) {
    throw unreadable(`verifiers are given another public key under its kid, ${key.kid}`);
  }
}

/**
 * Its provider answers, and cannot use it. One that is only not reached, late or busy may be whole; so may one for which this
 * replica lacks a key-encryption key or a token: that says something of its settings.
 */
const DAMAGE: ReadonlySet<string> = new Set<SigningProviderErrorCode>(['KEY_NOT_FOUND', 'KEY_UNREADABLE']);

/** Whether a standby is found not to be able to take over, whoever asks. It stays wrapped. */
export async function isDamaged(provider: SigningKeyProvider, key: KnownKey): Promise<boolean> {
  const obstacle = await obstacleOf(provider, key);
  return obstacle !== undefined && DAMAGE.has(obstacle.code);
}

/** What keeps a standby from taking over here; `undefined`: nothing. It stays wrapped. */
export async function obstacleOf(
  provider: SigningKeyProvider,
  key: KnownKey,
): Promise<SigningProviderError | undefined> {
  try {
    await provingOnly(provider, key.handle, () => proveKnownKey(provider, key));
    return undefined;
  } catch (error) {
    if (error instanceof SigningProviderError) return error;
    throw error;
  }
}

interface KnownKey {
  readonly handle: KeyHandle;
  readonly algorithm: SigningKey['algorithm'];
  readonly kid: string;
  readonly publicJwk: PublicJwk;
}

/** Of a key that does not sign yet: whatever it shows, it stays wrapped afterwards. */
export async function provingOnly<Shown>(
  provider: SigningKeyProvider,
  handle: KeyHandle,
  prove: () => Promise<Shown>,
): Promise<Shown> {
  try {
    return await prove();
  } finally {
    provider.forget(handle);
  }
}

function unreadable(finding: string): SigningProviderError {
  return new SigningProviderError('KEY_UNREADABLE', `The signing key cannot be used: ${finding}.`);
}
