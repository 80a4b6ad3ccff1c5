import type { Caller } from './caller.ts';
import type { AccessClaims, Confirmation, TokenTimes } from './token-claims.ts';

/** A token whose signature and claims were verified. Times, binding and revocation are asked again at every use. */
export interface VerifiedToken {
  readonly caller: Caller;
  readonly kid: string;
  readonly claims: AccessClaims;
  readonly times: TokenTimes;
  readonly confirmation: Confirmation | undefined;
}
