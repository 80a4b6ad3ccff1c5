import { RequestError } from '../model/errors.ts';
import { SigningProviderError } from '../ports/signing-key-provider.ts';

/**
 * What an operator is told when custody fails, or a row was tampered with. Its message says which and the way out.
 * @throws RequestError KEYS_UNUSABLE, or `error` if it is something else
 */
export function refuseUnusable(error: unknown): never {
  if (error instanceof SigningProviderError) throw new RequestError('KEYS_UNUSABLE', error.message);
  throw error;
}
