import type { PublicJwk } from '@mintmark/jws';
import type { KeyHandle } from '../../core/model/signing-key.ts';
import {
  SigningProviderError,
  type NewKey,
  type ProviderCapabilities,
  type SigningKeyProvider,
} from '../../core/ports/signing-key-provider.ts';
import { elsewhere } from './pkcs11/tokens.ts';
import { idOf, PKCS11 } from './pkcs11/pkcs11-signing-keys.ts';

/** What begins every handle of a provider. */
type Scheme = string;

/**
 * Makes keys where the settings say, and finds the others where they were made: who moves from one provider to another loses no
 * key as long as the settings name both, and rotation does the rest.
 */
export class SigningKeysByScheme implements SigningKeyProvider {
  readonly #making: SigningKeyProvider;
  readonly #all: ReadonlyMap<Scheme, SigningKeyProvider>;

  constructor(making: SigningKeyProvider, all: ReadonlyMap<Scheme, SigningKeyProvider>) {
    this.#making = making;
    this.#all = all;
  }

  capabilities(): ProviderCapabilities {
    return this.#making.capabilities();
  }

  create(request: NewKey): Promise<KeyHandle> {
    return this.#making.create(request);
  }

  async publicJwk(handle: KeyHandle): Promise<PublicJwk> {
    return this.#providerOf(handle).publicJwk(handle);
  }

  sign(handle: KeyHandle, signingInput: Uint8Array): Uint8Array | Promise<Uint8Array> {
    return this.#providerOf(handle).sign(handle, signingInput);
  }

  forget(handle: KeyHandle): void {
    this.#all.get(schemeOf(handle))?.forget(handle);
  }

  async destroy(handle: KeyHandle): Promise<void> {
    await this.#providerOf(handle).destroy(handle);
  }

  async *list(): AsyncGenerator<{ handle: KeyHandle; idempotencyKey: string }> {
    for (const provider of this.#all.values()) yield* provider.list();
  }

  /** @throws SigningProviderError KEY_ELSEWHERE */
  #providerOf(handle: KeyHandle): SigningKeyProvider {
    const provider = this.#all.get(schemeOf(handle));
    if (provider) return provider;
    if (schemeOf(handle) === PKCS11) throw elsewhere(idOf(handle));
    throw new SigningProviderError('KEY_ELSEWHERE', `The private key ${handle} is nowhere that this version knows.`);
  }
}

function schemeOf(handle: KeyHandle): Scheme {
  return handle.slice(0, handle.indexOf(':'));
}
