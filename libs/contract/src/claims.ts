import type { SigningAlgorithm } from './algorithms.ts';

/** `typ` of an access token (RFC 9068 §2.1). */
export const ACCESS_TOKEN_TYP = 'at+jwt';

/** JOSE header of an access token: these three members and no other. */
export interface AccessTokenHeader {
  readonly alg: SigningAlgorithm;
  /** RFC 7638 SHA-256 thumbprint of the public key, base64url. */
  readonly kid: string;
  readonly typ: typeof ACCESS_TOKEN_TYP;
}

/** Claims of an access token (RFC 9068 §2.2), in wire names. Times are NumericDate: seconds since 1970-01-01 UTC. */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly client_id: string;
  readonly aud: string;
  /** Space-separated scopes (RFC 8693 §4.2). */
  readonly scope: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  /** Proof-of-possession key (RFC 7800), where the token is bound to one. */
  readonly cnf?: { readonly jkt?: string; readonly 'x5t#S256'?: string };
  /** The acting party (RFC 8693 §4.1), where rights were delegated. */
  readonly act?: Readonly<Record<string, unknown>>;
}

/** Longest lifetime of a token, in seconds: `T` of the key lifecycle. */
export const MAX_TOKEN_LIFETIME_SECONDS = 900;
