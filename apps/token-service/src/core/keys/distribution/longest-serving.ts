import { earlyPublishAheadSeconds, httpCacheTotalSeconds, type Timing } from '../../model/timing.ts';
import type { Held } from './held-keys.ts';

interface Serving {
  readonly held: Pick<Held, 'publishAheadSeconds'>;
  /** Whether keys may sign as soon as every verifier has acknowledged them. */
  readonly early: boolean;
}

/**
 * How long a replica that hears nothing goes on serving what it holds. A key published the moment contact was lost signs P later,
 * and verifiers may go on with this set for A + C. Whose P that is cannot be known while settings change: none that is in the
 * set, nor today's, may be counted on to be the shorter one.
 */
export function longestServingSeconds(timing: Timing, { held, early }: Serving): number {
  const { verifierStalenessSeconds, clockErrorSeconds, signingLeaseSeconds } = timing;
  const ahead = Math.min(timing.publishAheadSeconds, held.publishAheadSeconds);
  const safe = ahead - httpCacheTotalSeconds(timing) - verifierStalenessSeconds - clockErrorSeconds;
  return Math.max(Math.min(safe, early ? longestIfEarly(timing) : Infinity), signingLeaseSeconds);
}

/** The same with the shortest P there may be, and verifiers that are all ours. */
function longestIfEarly(timing: Timing): number {
  const { signingLeaseSeconds, ownVerifierStalenessSeconds, clockErrorSeconds } = timing;
  return earlyPublishAheadSeconds(timing, signingLeaseSeconds) - ownVerifierStalenessSeconds - clockErrorSeconds;
}
