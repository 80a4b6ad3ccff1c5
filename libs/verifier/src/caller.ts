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

/** The claims a caller is made of, already checked; its list of scopes becomes the caller's own. */
export type CallerClaims = Omit<Caller, 'hasScope'>;

class TokenCaller implements Caller {
  readonly clientId: string;
  readonly subject: string;
  readonly audience: string;
  readonly issuer: string;
  readonly scopes: readonly string[];
  readonly tokenId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;

  constructor(claims: CallerClaims) {
    this.clientId = claims.clientId;
    this.subject = claims.subject;
    this.audience = claims.audience;
    this.issuer = claims.issuer;
    this.scopes = Object.freeze(claims.scopes);
    this.tokenId = claims.tokenId;
    this.issuedAt = claims.issuedAt;
    this.expiresAt = claims.expiresAt;
    Object.freeze(this);
  }

  hasScope(scope: string): boolean {
    return this.scopes.includes(scope);
  }
}
Object.freeze(TokenCaller.prototype);

export function callerOf(claims: CallerClaims): Caller {
  return new TokenCaller(claims);
}
