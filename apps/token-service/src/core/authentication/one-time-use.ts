import { createHash } from 'node:crypto';
import { ReplayGuardError, type ReplayGuard, type ReplayGuardDefect } from '../ports/replay-guard.ts';
import { ASSERTION_CLOCK_ERROR_SECONDS, type Assertion } from './assertion-checks.ts';

/** Whether the assertion is used for the first time. */
export type Use = 'first' | 'used-before' | ReplayGuardDefect;

/** @param issuer who made the assertion: ids of different issuers do not concern each other */
export async function useOnce(
  guard: ReplayGuard,
  { issuedAt, expiresAt }: Assertion,
  { issuer, jti }: { readonly issuer: string; readonly jti: string },
): Promise<Use> {
  const key = createHash('sha256')
    .update(JSON.stringify([issuer, jti]))
    .digest('base64url');
  try {
    const first = await guard.claim({ key, issuedAt, forgetAt: forgetAt(expiresAt) });
    return first ? 'first' : 'used-before';
  } catch (error) {
    if (error instanceof ReplayGuardError) return error.defect;
    throw error;
  }
}

/** From the look at `exp` to the use: keys may be waited for twice, two seconds each, and then the guard for one. */
const MOST_WAITED_SECONDS = 5;

/**
 * A replica whose clock is late accepts it for the clock error, and once more that, past its end, and then may wait; and the clock
 * that forgets may itself be ahead by as much.
 */
function forgetAt(expiresAt: Date): Date {
  const seconds = 3 * ASSERTION_CLOCK_ERROR_SECONDS + MOST_WAITED_SECONDS + 1;
  return new Date(expiresAt.getTime() + seconds * 1000);
}
