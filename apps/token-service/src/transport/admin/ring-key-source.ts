import {
  localKeySet,
  type KeyContext,
  type KeySnapshot,
  type KeySource,
  type KeyState,
  type KeyStore,
} from '@mintmark/verifier';
import type { KeyRing } from '../../core/keys/distribution/key-ring.ts';

/** The keys of a ring of this process, as a verifier takes them: what the ring holds now, however it changes. */
export function ringKeySource(ring: Pick<KeyRing, 'publicKeySet'>): KeySource {
  return { open: (context) => new RingKeyStore(ring, context) };
}

class RingKeyStore implements KeyStore {
  readonly retryAfterSeconds = 1;
  readonly #ring: Pick<KeyRing, 'publicKeySet'>;
  readonly #context: KeyContext;
  #held: { readonly etag: string; readonly snapshot: KeySnapshot } | undefined;

  constructor(ring: Pick<KeyRing, 'publicKeySet'>, context: KeyContext) {
    this.#ring = ring;
    this.#context = context;
  }

  /** A ring too old to be relied on decides nothing. */
  get state(): KeyState {
    return this.snapshot ? 'fresh' : 'dead';
  }

  get snapshot(): KeySnapshot | undefined {
    try {
      const { body, etag } = this.#ring.publicKeySet();
      if (this.#held?.etag !== etag) this.#held = { etag, snapshot: this.#read(body) };
      return this.#held.snapshot;
    } catch {
      return undefined;
    }
  }

  ready(): Promise<void> {
    return this.snapshot ? Promise.resolve() : Promise.reject(new Error('the key ring holds no key set'));
  }

  consult(): Promise<'settled' | 'unavailable'> {
    return Promise.resolve(this.snapshot ? 'settled' : 'unavailable');
  }

  close(): void {
    // Nothing runs in the background.
  }

  #read(body: string): KeySnapshot {
    const { keys } = localKeySet(JSON.parse(body) as { keys: object[] }).open(this.#context).snapshot!;
    const generation = (this.#held?.snapshot.generation ?? 0) + 1;
    return Object.freeze({ keys, generation, asOf: this.#context.clock.now() });
  }
}
