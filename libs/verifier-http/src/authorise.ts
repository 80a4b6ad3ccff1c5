import { requireScopes, type Caller, type Refused, type Verdict, type Verifier } from '@mintmark/verifier';

/** Whether a verified caller may; where nothing says which scopes are asked for, nobody may. */
export function authorise(verifier: Verifier, caller: Caller, scopes: readonly string[] | undefined): Verdict {
  const verdict: Verdict = scopes ? requireScopes(caller, scopes) : { ok: false, code: 'SCOPE_INSUFFICIENT' };
  return verdict.ok ? verdict : noted(verifier, verdict);
}

/** A refusal of which the verifier's metrics would not know. */
export function noted(verifier: Verifier, refusal: Refused): Refused {
  verifier.noteRefusal?.(refusal.code);
  return refusal;
}
