import type { Verifier } from '@mintmark/verifier';

/** Ready means: can tell a good token from a bad one, and is not on its way out. */
export class Readiness {
  readonly #verifier: Pick<Verifier, 'keyState' | 'knowsRevocations'>;
  #stopping = false;

  constructor(verifier: Pick<Verifier, 'keyState' | 'knowsRevocations'>) {
    this.#verifier = verifier;
  }

  stop(): void {
    this.#stopping = true;
  }

  /** `undefined`: ready. */
  whyNot(): string | undefined {
    if (this.#stopping) return 'stopping';
    const { keyState, knowsRevocations } = this.#verifier;
    if (knowsRevocations === false) return 'what the issuer has revoked is not known';
    switch (keyState) {
      case 'empty':
      case 'loading':
        return 'the keys of the issuer have not been loaded yet';
      case 'dead':
        return 'the keys of the issuer are too old to be relied on';
      case 'fresh':
      case 'refreshing':
      case 'stale':
        return undefined;
    }
  }
}
