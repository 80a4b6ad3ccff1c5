import type { KeyRing } from '../../core/keys/distribution/key-ring.ts';

/** Whether traffic should come here: keys can sign, and the process is not stopping. */
export class Readiness {
  readonly #keys: Pick<KeyRing, 'readiness'>;
  #stopping = false;

  constructor(keys: Pick<KeyRing, 'readiness'>) {
    this.#keys = keys;
  }

  /** From now on say no, so that load balancers look elsewhere while what is in flight is finished. */
  stop(): void {
    this.#stopping = true;
  }

  reasonsAgainst(): readonly string[] {
    const keys = this.#keys.readiness();
    return [...(this.#stopping ? ['stopping'] : []), ...(keys.ready ? [] : keys.reasons)];
  }
}
