import type { RevocableToken } from '../model/revocation.ts';
import type { HeldKeySet, VerifierEvidence, VerifierName } from '../model/verifier-evidence.ts';

/** What a verifier last said. */
export interface VerifierReport {
  readonly verifier: VerifierName;
  /** The token that opened its stream: what is revoked with it proves nothing. */
  readonly token: Pick<RevocableToken, 'tokenId' | 'kid'>;
  /** `undefined`: it has acknowledged nothing since its stream opened. */
  readonly held: HeldKeySet | undefined;
  readonly heardAt: Date;
}

/** A verifier, and when it was last heard of. */
export interface KnownVerifier extends VerifierName {
  readonly heardAt: Date;
}

/** Who trusts a key, and who does not: all of them counted, the first few named. */
export interface KeyHolders {
  readonly watching: number;
  readonly holding: number;
  readonly holders: readonly KnownVerifier[];
  readonly others: readonly KnownVerifier[];
}

/**
 * What verifiers have acknowledged, of all replicas together. Those of a client that is disabled or revoked, or that does not operate
 * the resource, are as if they were not there; one whose token is revoked, or the key that signed it, holds nothing.
 */
export interface VerifierAcks {
  /** Keeps the later of what is stored and what is given. */
  record(reports: readonly VerifierReport[]): Promise<void>;
  /** They said goodbye: they are waited for no longer. What came later than `at` stays. */
  forget(gone: readonly { readonly verifier: VerifierName; readonly at: Date }[]): Promise<void>;
  /** Drops whoever was not heard of for longer than this. */
  prune(silentSeconds: number): Promise<void>;
  /** @param kids whose laggards are to be named */
  evidence(kids: readonly string[]): Promise<VerifierEvidence>;
  /** @param most how many to name of each */
  holdersOf(kid: string, most: number): Promise<KeyHolders>;
}
