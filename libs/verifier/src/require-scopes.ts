import type { Caller } from './caller.ts';
import { CheckPlan } from './checks/check-plan.ts';
import { CHECKS } from './checks/registry.ts';
import { NO_POLICY } from './policy.ts';
import { accepted, refused, type Verdict } from './verdict.ts';

const PLAN = new CheckPlan(CHECKS, NO_POLICY);

/** The last check, per operation: whether a verified caller was granted all of `scopes`. */
export function requireScopes(caller: Caller, scopes: readonly string[]): Verdict {
  return requireScopesWith(PLAN, caller, scopes);
}

export function requireScopesWith(plan: CheckPlan, caller: Caller, scopes: readonly string[]): Verdict {
  const code = plan.refusal('scope', { caller, scopes });
  return code === undefined ? accepted(caller) : refused(code);
}
