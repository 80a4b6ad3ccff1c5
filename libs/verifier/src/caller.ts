/** Who is calling: what a verified token says. Deeply frozen. */
export interface Caller {
  readonly clientId: string;
  readonly subject: string;
  readonly audience: string;
  readonly issuer: string;
  readonly scopes: readonly string[];
  /** `jti`: names this one token in logs and revocations. */
  readonly tokenId: string;
  /** NumericDate, seconds. */
  readonly issuedAt: number;
  /** NumericDate, seconds. */
  readonly expiresAt: number;
  hasScope(scope: string): boolean;
}

/** The claims a caller is made of, already checked. */
export type CallerClaims = Omit<Caller, 'hasScope'>;

const prototype = Object.freeze({
  hasScope(this: CallerClaims, scope: string): boolean {
    return this.scopes.includes(scope);
  },
});

export function callerOf(claims: CallerClaims): Caller {
  const caller = Object.assign(Object.create(prototype) as Caller, claims, {
    scopes: Object.freeze([...claims.scopes]),
  });
  return Object.freeze(caller);
}
