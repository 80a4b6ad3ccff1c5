import type { Clock } from './clock.ts';
import type { TokenRequestError } from './token-request-error.ts';

/** Durations of the client's own, in milliseconds; divided by the time scale. */
const FIRST_BACK_OFF_MS = 1_000;
const LONGEST_BACK_OFF_MS = 30_000;
const PERMANENT_FAILURE_MS = 10_000;
const SAFETY_MARGIN_MS = 10_000;

/** Above this a Retry-After is more likely a mistake than a wish. In milliseconds; never scaled, as it comes from outside. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/** The share of its life at which a token is renewed at the earliest and at the latest; where between is drawn by lot. */
export interface RenewalWindow {
  readonly from: number;
  readonly to: number;
}

export interface Timing {
  readonly clock: Clock;
  readonly timeScale: number;
  readonly renewal: RenewalWindow;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Milliseconds after the request at which to renew a token that lives `lifeMs`: drawn by lot, so that no herd forms. */
export function renewalDelay(lifeMs: number, { renewal, random }: Timing): number {
  return lifeMs * (renewal.from + (renewal.to - renewal.from) * random());
}

/** Milliseconds before its expiry at which a token is handed out no more: it has to arrive and be verified too. */
export function safetyMargin(lifeMs: number, { timeScale }: Timing): number {
  return Math.min(SAFETY_MARGIN_MS / timeScale, lifeMs / 10);
}

/** Milliseconds to leave the issuer in peace after the `failures`-th failure in a row. */
export function backOff(error: TokenRequestError, failures: number, timing: Timing): number {
  if (!error.retryable) return PERMANENT_FAILURE_MS / timing.timeScale;
  const spread = (ms: number) => (ms / timing.timeScale) * timing.random();
  const jittered = spread(Math.min(FIRST_BACK_OFF_MS * 2 ** (failures - 1), LONGEST_BACK_OFF_MS));
  if (error.retryAfterSeconds === undefined) return jittered;
  const wished = Math.min(error.retryAfterSeconds * 1000, LONGEST_RETRY_AFTER_MS);
  return Math.max(wished + spread(FIRST_BACK_OFF_MS), jittered);
}
