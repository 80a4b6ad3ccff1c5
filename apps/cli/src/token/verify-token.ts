import { SIGNING_ALGORITHMS, type VerifierErrorCode } from '@mintmark/contract';
import { createVerifier, localKeySet, requireScopes, type Caller, type Clock } from '@mintmark/verifier';
import { asUsage } from '../output/usage-error.ts';
import type { KeySet } from './key-set.ts';

export interface Expectations {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: KeySet;
  readonly clock: Clock;
  readonly timeScale: number;
  readonly scopes?: readonly string[];
}

export type TokenVerdict =
  { readonly ok: true; readonly caller: Caller } | { readonly ok: false; readonly code: VerifierErrorCode };

/**
 * The verdict of the very verifier that resources run.
 * @throws UsageError on keys or expectations that make no sense
 */
export async function verifyToken(token: string, expected: Expectations): Promise<TokenVerdict> {
  const { issuer, audience, keys, clock, timeScale, scopes = [] } = expected;
  const algorithms = SIGNING_ALGORITHMS;
  const verifier = asUsage(() =>
    createVerifier({
      ...{ issuer, audience, keys: localKeySet(keys), algorithms, clock, timeScale },
      // A token is looked at, nobody is let in by it; whether it is revoked its client and operators ask the issuer.
      unsafelyWithoutRevocations: true,
    }),
  );
  try {
    const verdict = await verifier.verify(token);
    return verdict.ok ? requireScopes(verdict.caller, scopes) : verdict;
  } finally {
    verifier.close();
  }
}
