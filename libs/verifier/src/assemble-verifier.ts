import type { Internals } from './internals.ts';
import { LocalVerifier } from './local-verifier.ts';
import { readOptions, type VerifierOptions } from './options.ts';
import type { Verifier } from './verifier.ts';

export function assembleVerifier(options: VerifierOptions, internals: Internals): Required<Verifier> {
  return new LocalVerifier(readOptions(options), internals);
}
