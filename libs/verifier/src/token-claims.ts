import type { AccessTokenClaims } from '@mintmark/contract';
import { isJsonObject, type JsonObject } from '@mintmark/jws';

/** Times of a token as NumericDates: seconds since 1970-01-01 UTC. */
export interface TokenTimes {
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly notBefore: number | undefined;
}

/** The key a token is bound to (RFC 7800): exactly one of these. */
export interface Confirmation {
  /** RFC 9449 §6.1: thumbprint of the DPoP key. */
  readonly jkt?: string;
  /** RFC 8705 §3.1: SHA-256 of the client's certificate. */
  readonly 'x5t#S256'?: string;
}

/** Claims of an access token; their checks have established the types. */
export type AccessClaims = AccessTokenClaims & { readonly nbf?: number };

export function timesOf(claims: JsonObject): TokenTimes {
  const { iat, exp, nbf } = claims as unknown as AccessClaims;
  return { issuedAt: iat, expiresAt: exp, notBefore: nbf };
}

export function confirmationOf({ cnf }: JsonObject): Confirmation | undefined {
  return isJsonObject(cnf) ? cnf : undefined;
}
