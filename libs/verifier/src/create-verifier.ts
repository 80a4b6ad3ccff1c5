import { assembleVerifier } from './assemble-verifier.ts';
import { CHECKS } from './checks/registry.ts';
import type { VerifierOptions } from './options.ts';
import type { Verifier } from './verifier.ts';

/**
 * A verifier for one resource. Starts to load its keys at once.
 * @throws TypeError on options that would leave out a check: no issuer, no audience, no revocations, no or symmetric algorithms, keys
 *   over plain http outside loopback, an option it does not know
 */
export function createVerifier(options: VerifierOptions): Required<Verifier> {
  return assembleVerifier(options, { checks: CHECKS });
}
