import { localKeySet, type KeyContext, type KeySource, type KeySnapshot, type KeyStore } from '@mintmark/verifier';

interface VersionedKeySet {
  readonly keys: readonly object[];
  readonly version: number;
}

/** A key source in memory that shows every change of a key set at once, as a new generation. */
export function followingKeySource(current: () => VersionedKeySet): KeySource {
  return { open: (context) => new FollowingKeyStore(current, context) };
}

class FollowingKeyStore implements KeyStore {
  readonly state = 'fresh';
  readonly retryAfterSeconds = 1;
  readonly #current: () => VersionedKeySet;
  readonly #context: KeyContext;
  #snapshot: KeySnapshot | undefined;

  constructor(current: () => VersionedKeySet, context: KeyContext) {
    this.#current = current;
    this.#context = context;
  }

  get snapshot(): KeySnapshot {
    const set = this.#current();
    if (this.#snapshot?.generation === set.version) return this.#snapshot;
    const { keys } = localKeySet(set).open(this.#context).snapshot!;
    this.#snapshot = Object.freeze({ keys, generation: set.version, asOf: this.#context.clock.now() });
    return this.#snapshot;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  consult(): Promise<'settled'> {
    return Promise.resolve('settled');
  }

  close(): void {
    // Nothing runs in the background.
  }
}
