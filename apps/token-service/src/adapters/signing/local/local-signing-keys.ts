import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '@mintmark/contract';
import { generateSigningKeyPair, publicJwkOf, signerOf, type PublicJwk } from '@mintmark/jws';
import type { KeyHandle } from '../../../core/model/signing-key.ts';
import type { EnvelopeStore, StoredLocalKey } from '../../../core/ports/envelope-store.ts';
import {
  SigningProviderError,
  type NewKey,
  type ProviderCapabilities,
  type SigningKeyProvider,
} from '../../../core/ports/signing-key-provider.ts';
import { soundAmong, type KeyEncryptionKeys } from './key-encryption-key.ts';
import { signingKeyContexts } from './envelope-contexts.ts';
import { demandCommonKek, openEnvelope, sealEnvelope } from './key-envelope.ts';

interface OpenKey {
  readonly algorithm: SigningAlgorithm;
  readonly privateKey: KeyObject;
}

interface Needs {
  readonly issuer: string;
  readonly store: EnvelopeStore;
  readonly keks: KeyEncryptionKeys;
}

/** Private keys in envelopes beside the other rows; in memory only while they sign. */
export class LocalSigningKeys implements SigningKeyProvider {
  readonly #needs: Needs;
  /** The key itself lies in OpenSSL's memory, not in the heap. */
  readonly #open = new Map<KeyHandle, (input: Uint8Array) => Uint8Array>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  capabilities(): ProviderCapabilities {
    return { algorithms: SIGNING_ALGORITHMS, exportable: true };
  }

  async create({ algorithm, idempotencyKey, condemned = [] }: NewKey): Promise<KeyHandle> {
    const { issuer, store, keks } = this.#needs;
    if (!SIGNING_ALGORITHMS.includes(algorithm)) throw unsupported(algorithm);
    const existing = await store.localKey(idempotencyKey);
    if (existing) return handleOf(existing);
    demandCommonKek(keks, await store.kekIds());
    const { privateKey } = await generateSigningKeyPair(algorithm);
    const { kid } = publicJwkOf(privateKey, algorithm);
    const sound = soundAmong(keks, [...condemned, ...(await store.condemned())]);
    const named = { id: idempotencyKey, issuer, algorithm, kid };
    const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
    return handleOf(
      await store.addLocalKey({ ...named, envelope: sealEnvelope(pkcs8, signingKeyContexts(named), sound) }),
    );
  }

  async publicJwk(handle: KeyHandle): Promise<PublicJwk> {
    const { privateKey, algorithm } = await this.#load(handle);
    return publicJwkOf(privateKey, algorithm);
  }

  sign(handle: KeyHandle, signingInput: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const sign = this.#open.get(handle);
    return sign ? sign(signingInput) : this.#openAndSign(handle, signingInput);
  }

  forget(handle: KeyHandle): void {
    this.#open.delete(handle);
  }

  async destroy(handle: KeyHandle): Promise<void> {
    this.forget(handle);
    await this.#needs.store.removeLocalKey(idOf(handle));
  }

  async *list(): AsyncGenerator<{ handle: KeyHandle; idempotencyKey: string }> {
    for (const stored of await this.#needs.store.localKeys(this.#needs.issuer)) {
      yield { handle: handleOf(stored), idempotencyKey: stored.id };
    }
  }

  async #openAndSign(handle: KeyHandle, signingInput: Uint8Array): Promise<Uint8Array> {
    const { algorithm, privateKey } = await this.#load(handle);
    const sign = signerOf(algorithm, privateKey);
    this.#open.set(handle, sign);
    return sign(signingInput);
  }

  async #load(handle: KeyHandle): Promise<OpenKey> {
    const { store, keks, issuer } = this.#needs;
    const stored = await store.localKey(idOf(handle));
    if (stored?.issuer !== issuer) throw notFound(handle);
    const pkcs8 = openEnvelope(stored.envelope, signingKeyContexts(stored), keks);
    try {
      const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
      return { privateKey, algorithm: stored.algorithm as SigningAlgorithm };
    } finally {
      pkcs8.fill(0);
    }
  }
}

const SCHEME = 'local:';

function handleOf({ id }: Pick<StoredLocalKey, 'id'>): KeyHandle {
  return `${SCHEME}${id}`;
}

function idOf(handle: KeyHandle): string {
  if (!handle.startsWith(SCHEME)) throw notFound(handle);
  return handle.slice(SCHEME.length);
}

function notFound(handle: KeyHandle): SigningProviderError {
  return new SigningProviderError(
    'KEY_NOT_FOUND',
    `The private key ${handle} is not in the database. Restore the database from a backup.`,
  );
}

function unsupported(algorithm: string): SigningProviderError {
  return new SigningProviderError('ALGORITHM_UNSUPPORTED', `Local keys cannot sign with ${algorithm}.`);
}
