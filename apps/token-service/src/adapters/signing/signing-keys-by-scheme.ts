import type { PublicJwk } from '@mintmark/jws';
import type { KeyHandle } from '../../core/model/signing-key.ts';
import type { NewKey, ProviderCapabilities, SigningKeyProvider } from '../../core/ports/signing-key-provider.ts';

/** What begins every handle of a provider. */
type Scheme = string;

/**
 * Makes keys where the settings say, and finds the others where they were made: who moves from one provider to another loses no
 * key, and rotation does the rest.
 */
export class SigningKeysByScheme implements SigningKeyProvider {
  readonly #making: SigningKeyProvider;
  readonly #others: ReadonlyMap<Scheme, SigningKeyProvider>;

  constructor(making: SigningKeyProvider, others: ReadonlyMap<Scheme, SigningKeyProvider>) {
    this.#making = making;
    this.#others = others;
  }

  capabilities(): ProviderCapabilities {
    return this.#making.capabilities();
  }

  create(request: NewKey): Promise<KeyHandle> {
    return this.#making.create(request);
  }

  publicJwk(handle: KeyHandle): Promise<PublicJwk> {
    return this.#providerOf(handle).publicJwk(handle);
  }

  sign(handle: KeyHandle, signingInput: Uint8Array): Uint8Array | Promise<Uint8Array> {
    return this.#providerOf(handle).sign(handle, signingInput);
  }

  forget(handle: KeyHandle): void {
    this.#providerOf(handle).forget(handle);
  }

  destroy(handle: KeyHandle): Promise<void> {
    return this.#providerOf(handle).destroy(handle);
  }

  async *list(): AsyncGenerator<{ handle: KeyHandle; idempotencyKey: string }> {
    for (const provider of [this.#making, ...this.#others.values()]) yield* provider.list();
  }

  #providerOf(handle: KeyHandle): SigningKeyProvider {
    return this.#others.get(handle.slice(0, handle.indexOf(':'))) ?? this.#making;
  }
}
