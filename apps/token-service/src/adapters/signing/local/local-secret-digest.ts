import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { RequestError } from '../../../core/model/errors.ts';
import type { EnvelopeStore, StoredDigestKey } from '../../../core/ports/envelope-store.ts';
import type { SecretDigest } from '../../../core/ports/secret-digest.ts';
import { SigningProviderError } from '../../../core/ports/signing-key-provider.ts';
import type { KeyEncryptionKeys } from './key-encryption-key.ts';
import { digestKeyContexts } from './envelope-contexts.ts';
import { demandCommonKek, openEnvelope, sealEnvelope } from './key-envelope.ts';

interface Needs {
  readonly store: EnvelopeStore;
  readonly keks: KeyEncryptionKeys;
}

const PURPOSE = 'client-secret';
const DIGEST_KEY_BYTES = 32;

/**
 * Opens the keys that digest client secrets; in a fresh database it makes the first one. Where they cannot be opened the
 * digest refuses each request with the reason in its facts.
 */
export async function openSecretDigest(needs: Needs): Promise<SecretDigest> {
  try {
    const stored = await needs.store.digestKeys(PURPOSE);
    const keys = stored.length > 0 ? stored : [await makeFirst(needs)];
    return new HmacSecretDigest(new Map(keys.map((key) => [key.id, openKey(key, needs.keks)])));
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

async function makeFirst({ store, keks }: Needs): Promise<StoredDigestKey> {
  demandCommonKek(keks, await store.kekIds());
  const named = { id: `${PURPOSE}.v1`, purpose: PURPOSE, version: 1 };
  return store.addDigestKey({
    ...named,
    envelope: sealEnvelope(randomBytes(DIGEST_KEY_BYTES), digestKeyContexts(named), keks),
  });
}

function openKey(key: StoredDigestKey, keks: KeyEncryptionKeys): KeyObject {
  const bytes = openEnvelope(key.envelope, digestKeyContexts(key), keks);
  try {
    return createSecretKey(bytes);
  } finally {
    bytes.fill(0);
  }
}

function digestUnder(key: KeyObject, secret: string): Buffer {
  return createHmac('sha256', key).update(secret, 'utf8').digest();
}
