/** NumericDates (RFC 7519 §2). */
interface TokenTimes {
  readonly iat: number;
  readonly exp: number;
}

/**
 * Both rounded down to the step, and never further apart than was granted, as a verifier computes it: it subtracts two binary
 * fractions, whose dust may make that a little more.
 * @param stepSeconds 1 unless durations are scaled below a second; whole milliseconds
 */
export function tokenTimes(now: Date, lifetimeSeconds: number, stepSeconds: number): TokenTimes {
  const step = Math.round(stepSeconds * 1000);
  // Whole milliseconds, divided only at the end, so the result prints without dust.
  const floored = (millis: number) => Math.floor(millis / step) * step;
  const issued = floored(now.getTime());
  const expires = floored(issued + lifetimeSeconds * 1000);
  const [iat, exp] = [issued / 1000, expires / 1000];
  return { iat, exp: exp - iat > lifetimeSeconds ? (expires - step) / 1000 : exp };
}
