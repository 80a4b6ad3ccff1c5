import type { VerifierErrorCode } from '@mintmark/contract';
import type { Caller } from './caller.ts';
import type { Cancel } from './clock.ts';
import type { Evidence } from './evidence.ts';
import type { KeyState } from './keys/key-store.ts';
import type { Verdict } from './verdict.ts';

/** Limits of one call to `verify`. */
export interface CallLimits {
  /** When the call itself is given up, in milliseconds since 1970-01-01 UTC (a gRPC deadline). */
  readonly deadline?: number;
}

/** Verifies access tokens by itself, against keys it already holds. */
export interface Verifier {
  /**
   * Resolves once a first key set is held, and it is known what is revoked. A service may also start without waiting: until then the verdict is
   * `KEYS_UNAVAILABLE`.
   * @throws Error after `timeoutSeconds` (default 10; real time, not scaled), saying what the last attempt met
   */
  ready(options?: { readonly timeoutSeconds?: number }): Promise<void>;
  /** Never throws for a bad token. Waits only for a key it has never seen, at most a second. */
  verify(token: string, evidence?: Evidence, limits?: CallLimits): Promise<Verdict>;
  /**
   * What is to be said now of a caller that this verifier has let in, once the rest of its call has come: whoever calls decides how
   * long a body or a message takes. Asks for the key, the times and revocation anew; signature and proof, which serves once, are not.
   * Absent: what was said of the call when it came counts.
   * @throws Error for a caller that it has not let in
   */
  verifyAgain?(caller: Caller): Promise<Verdict>;
  /** Calls back, once, when the token of a caller that was let in is revoked; for what outlives a call. Returns how to stop. */
  onRevoked?(caller: Caller, act: () => void): Cancel;
  /** Why what outlives a call ends with its token: `CLOCK_UNRELIABLE` where it has expired by a clock alone that is known to be off. */
  endOf?(caller: Caller): VerifierErrorCode;
  /** Tells metrics and observer of a refusal that was not decided here: no credential, too little scope, the end of a stream. */
  noteRefusal?(code: VerifierErrorCode): void;
  /** Stops the background refresh; idempotent. */
  close(): void;
  readonly keyState: KeyState;
  /** `false`: what is revoked is not known, so no token can be accepted. Absent: revocation is not asked about. */
  readonly knowsRevocations?: boolean;
  readonly timeScale: number;
}
