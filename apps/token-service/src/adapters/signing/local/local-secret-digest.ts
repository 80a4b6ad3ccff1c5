import { createHmac, type KeyObject } from 'node:crypto';
import { RequestError } from '../../../core/model/errors.ts';
import type { SecretDigest } from '../../../core/ports/secret-digest.ts';
import { SigningProviderError } from '../../../core/ports/signing-key-provider.ts';
import { openDigestKey, storedDigestKeys, type DigestKeyNeeds } from './digest-keys.ts';
import { digestKeyName } from './envelope-contexts.ts';

/**
 * Opens the keys that digest client secrets; in a fresh database it makes the first one. Where they cannot be opened the
 * digest refuses each request with the reason in its facts.
 */
export async function openSecretDigest(needs: DigestKeyNeeds): Promise<SecretDigest> {
  try {
    const keys = await storedDigestKeys(needs, 'client-secret');
    return new HmacSecretDigest(new Map(keys.map((key) => [digestKeyName(key), openDigestKey(key, needs.keks)])));
  } catch (error) {
    if (error instanceof SigningProviderError) return sealedDigest(error.message);
    throw error;
  }
}

class HmacSecretDigest implements SecretDigest {
  readonly keyId: string;
  readonly #keys: ReadonlyMap<string, KeyObject>;

  /** @param keys in the order of their versions */
  constructor(keys: ReadonlyMap<string, KeyObject>) {
    this.#keys = keys;
    this.keyId = [...keys.keys()].at(-1)!;
  }

  digest(secret: string): Buffer {
    return digestUnder(this.#keys.get(this.keyId)!, secret);
  }

  digestWith(keyId: string, secret: string): Buffer | undefined {
    const key = this.#keys.get(keyId);
    return key && digestUnder(key, secret);
  }
}

function sealedDigest(reason: string): SecretDigest {
  const refuse = (): never => {
    throw new RequestError('SIGNING_SEALED', 'Client secrets cannot be checked now. Retry later.', { reason });
  };
  return {
    get keyId() {
      return refuse();
    },
    digest: refuse,
    digestWith: refuse,
  };
}

function digestUnder(key: KeyObject, secret: string): Buffer {
  return createHmac('sha256', key).update(secret, 'utf8').digest();
}
