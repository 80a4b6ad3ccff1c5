import type { Caller } from './caller.ts';
import { CheckPlan } from './checks/check-plan.ts';
import { CHECKS, type RegisteredCheck } from './checks/registry.ts';
import { NO_POLICY } from './policy.ts';
import { accepted, refused, type Verdict } from './verdict.ts';

/** The last check, per operation: whether a verified caller was granted all of `scopes`. */
export function requireScopes(caller: Caller, scopes: readonly string[]): Verdict {
  return requireScopesWith(CHECKS, caller, scopes);
}

export function requireScopesWith(
  checks: readonly RegisteredCheck[],
  caller: Caller,
  scopes: readonly string[],
): Verdict {
  const code = new CheckPlan(checks, NO_POLICY).refusal('scope', { caller, scopes });
  return code === undefined ? accepted(caller) : refused(code);
}
