import { HeldAccessToken } from './access-token.ts';
import { attempt, type TokenSource } from './attempt.ts';
import { pause } from './clock.ts';
import { clientClosed } from './limits.ts';
import { backOff, type Timing } from './timing.ts';
import { TokenRequestError } from './token-request-error.ts';
import type { CanonicalRequest } from './token-request.ts';
import { onAbort, waitFor } from './wait.ts';

/** Longest pause between two attempts that a caller is made to sit through, in milliseconds. */
const LONGEST_PAUSE_MS = 5_000;

/** A token with the times by which this client uses it, in milliseconds of the clock. */
export interface ObtainedToken {
  readonly token: HeldAccessToken;
  readonly sentAt: number;
  readonly lifeMs: number;
}

/**
 * Asks the issuer, at most `retries` times more while the failure may pass.
 * @throws TokenRequestError
 */
export async function obtainToken(
  source: TokenSource,
  request: CanonicalRequest,
  timing: Timing,
  retries: number,
): Promise<ObtainedToken> {
  for (let failures = 1; ; failures++) {
    try {
      return await obtainOnce(source, request, timing);
    } catch (error) {
      const delay = failures > retries ? undefined : retryDelay(error, failures, timing);
      if (delay === undefined) throw error;
      await pauseUnlessClosed(source, timing, delay);
    }
  }
}

/** Life is counted from before the request left: later than that nobody can have started counting. */
async function obtainOnce(source: TokenSource, request: CanonicalRequest, { clock }: Timing): Promise<ObtainedToken> {
  const sentAt = clock.now();
  const issued = await attempt(source, request);
  const lifeMs = issued.expiresInSeconds * 1000;
  return { token: new HeldAccessToken(issued.value, issued.scopes, sentAt + lifeMs), sentAt, lifeMs };
}

function retryDelay(error: unknown, failures: number, timing: Timing): number | undefined {
  if (!(error instanceof TokenRequestError) || !error.retryable) return undefined;
  const delay = backOff(error, failures, timing);
  return delay > LONGEST_PAUSE_MS ? undefined : delay;
}

function pauseUnlessClosed({ limits }: TokenSource, { clock }: Timing, delayMs: number): Promise<void> {
  return waitFor(pause(clock, delayMs), (end) => onAbort(limits.closing, () => end(clientClosed())));
}
