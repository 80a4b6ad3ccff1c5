import type { KeySetVersion } from '../model/key-set.ts';

/** Which verifiers have said, each for itself and authenticated, that they hold a key set. */
export interface Holdings {
  /** Verifiers with a live stream. */
  readonly verifiers: number;
  /** Of them, those that hold this key set or a later one. */
  readonly holding: number;
  /** Names of the others, the first hundred. */
  readonly missing: readonly string[];
}

export interface VerifierHoldings {
  of(issuer: string, version: KeySetVersion): Promise<Holdings>;
}

/** Where verifiers do not say what they hold. */
export const nobodyTells: VerifierHoldings = {
  of: () => Promise.resolve({ verifiers: 0, holding: 0, missing: [] }),
};
