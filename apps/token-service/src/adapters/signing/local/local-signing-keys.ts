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

  async create({ condemned = [], ...request }: NewKey): Promise<KeyHandle> {
    const { store } = this.#needs;
    if (!SIGNING_ALGORITHMS.includes(request.algorithm)) throw unsupported(request.algorithm);
    const lost = [...condemned, ...(await store.condemned())];
    const stored = (await store.localKey(request.idempotencyKey)) ?? (await this.#make(request, lost));
    // It may be there from before, or somebody who knows such a key-encryption key may have put it there.
    const under = stored.envelope.wraps.map(({ kekId }) => kekId).filter((kekId) => lost.includes(kekId));
    if (under.length > 0) throw compromised(stored, under);
    return handleOf(stored);
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

  /** @returns what is stored then: another process may have been first */
  async #make({ algorithm, idempotencyKey: id }: NewKey, lost: readonly string[]): Promise<StoredLocalKey> {
    const { issuer, store, keks } = this.#needs;
    demandCommonKek(keks, await store.kekIds());
    const sound = soundAmong(keks, lost);
    const { privateKey } = await generateSigningKeyPair(algorithm);
    const { kid } = publicJwkOf(privateKey, algorithm);
    const named = { id, issuer, algorithm, kid };
    const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
    return store.addLocalKey({ ...named, envelope: sealEnvelope(pkcs8, signingKeyContexts(named), sound) });
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

function compromised({ id }: StoredLocalKey, under: readonly string[]): SigningProviderError {
  return new SigningProviderError(
    'CUSTODY_COMPROMISED',
    `The private key ${SCHEME}${id} that was to be published lies under a key-encryption key that was compromised ` +
      `(${under.join(', ')}). Remove its row from local_key; another one is made in its place.`,
  );
}

function unsupported(algorithm: string): SigningProviderError {
  return new SigningProviderError('ALGORITHM_UNSUPPORTED', `Local keys cannot sign with ${algorithm}.`);
}
