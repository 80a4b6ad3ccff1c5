/** What a token must satisfy here; made once from the options. Seconds are real: already divided by the time scale. */
export interface Policy {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: ReadonlySet<string>;
  readonly leewaySeconds: number;
  readonly maxLifetimeSeconds: number;
  /** NumericDates carry fractions only where time is scaled. */
  readonly wholeSeconds: boolean;
}

/** For the stages before and after a token, which look at none of it; as a token's policy it would accept nothing. */
export const NO_POLICY: Policy = Object.freeze({
  issuer: '',
  audience: '',
  algorithms: new Set<string>(),
  leewaySeconds: 0,
  maxLifetimeSeconds: 0,
  wholeSeconds: true,
});
