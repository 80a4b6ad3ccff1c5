import { VERIFIER_ERRORS, type VerifierErrorCode } from '@mintmark/contract';
import type { Caller } from './caller.ts';

export interface Accepted {
  readonly ok: true;
  readonly caller: Caller;
}

export interface Refused {
  readonly ok: false;
  readonly code: VerifierErrorCode;
  /** Seconds after which the same token may get another verdict; only where it could not be decided. */
  readonly retryAfterSeconds?: number;
}

/** What the verifier says. A value, never an exception: a bad token is nothing unusual. */
export type Verdict = Accepted | Refused;

const REFUSED = new Map(
  (Object.keys(VERIFIER_ERRORS) as VerifierErrorCode[]).map((code) => [
    code,
    Object.freeze({ ok: false, code } as const),
  ]),
);

export function accepted(caller: Caller): Accepted {
  return Object.freeze({ ok: true, caller });
}

export function refused(code: VerifierErrorCode, retryAfterSeconds?: number): Refused {
  if (retryAfterSeconds === undefined) return REFUSED.get(code)!;
  return Object.freeze({ ok: false, code, retryAfterSeconds });
}
