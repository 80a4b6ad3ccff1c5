import type { PublicJwk } from '@mintmark/jws';
import type { KeyHandle } from '../../core/model/signing-key.ts';
import {
  SigningProviderError,
  type NewKey,
  type ProviderCapabilities,
  type SigningKeyProvider,
} from '../../core/ports/signing-key-provider.ts';

export interface TimeLimits {
  readonly signSeconds: number;
  /** Making a key may take a device much longer than using it. */
  readonly createSeconds: number;
  readonly otherSeconds: number;
}

export const TIME_LIMITS: TimeLimits = { signSeconds: 5, createSeconds: 60, otherSeconds: 10 };

/** A provider that answers in time or fails with PROVIDER_LATE, so that one dead device stops nothing but its own keys. */
export class PromptSigningKeys implements SigningKeyProvider {
  readonly #provider: SigningKeyProvider;
  readonly #limits: TimeLimits;
  readonly #onLate: () => void;

  /** @param onLate is told of each answer that did not come */
  constructor(provider: SigningKeyProvider, limits: TimeLimits = TIME_LIMITS, onLate: () => void = () => undefined) {
    this.#provider = provider;
    this.#limits = limits;
    this.#onLate = onLate;
  }

  capabilities(): ProviderCapabilities {
    return this.#provider.capabilities();
  }

  create(request: NewKey): Promise<KeyHandle> {
    return this.#within(this.#limits.createSeconds, this.#provider.create(request));
  }

  publicJwk(handle: KeyHandle): Promise<PublicJwk> {
    return this.#within(this.#limits.otherSeconds, this.#provider.publicJwk(handle));
  }

  sign(handle: KeyHandle, signingInput: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const signature = this.#provider.sign(handle, signingInput);
    return ArrayBuffer.isView(signature) ? signature : this.#within(this.#limits.signSeconds, signature);
  }

  forget(handle: KeyHandle): void {
    this.#provider.forget(handle);
  }

  destroy(handle: KeyHandle): Promise<void> {
    return this.#within(this.#limits.otherSeconds, this.#provider.destroy(handle));
  }

  async *list(): AsyncGenerator<{ handle: KeyHandle; idempotencyKey: string }> {
    const listed = this.#provider.list()[Symbol.asyncIterator]();
    for (;;) {
      const next = await this.#within(this.#limits.otherSeconds, listed.next());
      if (next.done) return;
      yield next.value;
    }
  }

  #within<Value>(seconds: number, answer: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(late(seconds));
        this.#onLate();
      }, seconds * 1000);
      answer.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}

function late(seconds: number): SigningProviderError {
  return new SigningProviderError(
    'PROVIDER_LATE',
    `The provider of the signing keys did not answer within ${seconds} s. Look after it; it is asked again by itself.`,
  );
}
