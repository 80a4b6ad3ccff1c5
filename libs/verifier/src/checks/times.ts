import { requirement } from './check.ts';

const timeRequires = requirement('times', 8);

// `now` and all claims are in seconds; the leeway is for two clocks that disagree, on either side.

/** RFC 7519 §4.1.4: at `exp` it is already too late. */
export const notExpired = timeRequires(
  'not-expired',
  'TOKEN_EXPIRED',
  ({ times, now }, { leewaySeconds }) => !(now >= times.expiresAt + leewaySeconds),
);

/** A token from the future is a clock gone wrong, or one made to outlive its limits. */
export const notFromFuture = timeRequires(
  'not-from-future',
  'NOT_YET_VALID',
  ({ times, now }, { leewaySeconds }) => !(times.issuedAt > now + leewaySeconds),
);

export const notBeforeReached = timeRequires(
  'not-before',
  'NOT_YET_VALID',
  ({ times, now }, { leewaySeconds }) => times.notBefore === undefined || times.notBefore <= now + leewaySeconds,
);

/** Whoever signs longer tokens than the issuer may would defeat revocation by expiry. */
export const lifetimeBounded = timeRequires(
  'lifetime',
  'LIFETIME_EXCEEDED',
  ({ times }, { maxLifetimeSeconds }) => !(times.expiresAt - times.issuedAt > maxLifetimeSeconds),
);

/** Issued after its own end: leeway on both sides would let it pass. */
export const expiresAfterIssue = timeRequires(
  'expires-after-issue',
  'CLAIM_INVALID',
  ({ times }) => !(times.expiresAt <= times.issuedAt),
);
