import { assembleVerifier } from '../../libs/verifier/src/assemble-verifier.ts';
import { CheckPlan } from '../../libs/verifier/src/checks/check-plan.ts';
import { CHECKS, type RegisteredCheck } from '../../libs/verifier/src/checks/registry.ts';
import { NO_POLICY } from '../../libs/verifier/src/policy.ts';
import { readCredentialWith } from '../../libs/verifier/src/read-credential.ts';
import { requireScopesWith } from '../../libs/verifier/src/require-scopes.ts';
import type { Library } from './attack.ts';

/** Names of all checks, in their order. */
export const CHECK_NAMES: readonly string[] = CHECKS.map(({ name }) => name);

export const WHOLE_LIBRARY: Library = libraryOf(CHECKS);

/** The verifier without some of its checks. */
export function libraryWithout(...names: readonly string[]): Library {
  const unknown = names.filter((name) => !CHECK_NAMES.includes(name));
  if (unknown.length > 0) throw new TypeError(`no check is called ${unknown.join(', ')}`);
  return libraryOf(CHECKS.filter(({ name }) => !names.includes(name)));
}

function libraryOf(checks: readonly RegisteredCheck[]): Library {
  const plan = new CheckPlan(checks, NO_POLICY);
  return {
    createVerifier: (options) => assembleVerifier(options, { checks }),
    createRevocable: (options, isRevoked) =>
      assembleVerifier(options, {
        checks,
        revocations: { statusOf: (token) => (isRevoked(token) ? 'revoked' : 'clear') },
      }),
    readCredential: (source) => readCredentialWith(plan, source),
    requireScopes: (caller, scopes) => requireScopesWith(plan, caller, scopes),
  };
}
