import type { AccessTokenClaims, VerifierErrorCode } from '@mintmark/contract';
import { encodeBase64url } from '@mintmark/jws';
import { newKey, type TestKey } from './test-key.ts';

/** Each way to break a token, with the code a verifier refuses it with. */
export const TOKEN_DEFECTS = {
  empty: 'TOKEN_MISSING',
  garbage: 'TOKEN_MALFORMED',
  expired: 'TOKEN_EXPIRED',
  'not yet valid': 'NOT_YET_VALID',
  'lives too long': 'LIFETIME_EXCEEDED',
  'for another resource': 'AUD_MISMATCH',
  'from another issuer': 'ISS_MISMATCH',
  'without scope': 'CLAIM_INVALID',
  'without client': 'CLAIM_INVALID',
  forged: 'SIGNATURE_INVALID',
  tampered: 'SIGNATURE_INVALID',
  unsigned: 'ALG_NOT_ALLOWED',
  'with an unknown key': 'KEY_UNKNOWN',
  'of another type': 'TYP_MISMATCH',
  'bound to a certificate': 'BINDING_MISSING',
} as const satisfies Record<string, VerifierErrorCode>;

export type TokenDefect = keyof typeof TOKEN_DEFECTS;

/** What of an issuer it takes to break its tokens. */
export interface BreakableIssuer {
  readonly audience: string;
  readonly key: TestKey;
  now(): number;
  claims(): AccessTokenClaims;
  header(): object;
  token(claims?: Record<string, unknown>): string;
  sign(parts: { readonly header?: object; readonly key?: TestKey }): string;
}

const DAY = 86_400;

const BREAK: Readonly<Record<TokenDefect, (issuer: BreakableIssuer) => string>> = {
  empty: () => '',
  garbage: () => 'not.a.token',
  expired: (issuer) => issuer.token({ iat: issuer.now() - DAY, exp: issuer.now() - DAY + 300 }),
  'not yet valid': (issuer) => issuer.token({ iat: issuer.now() + DAY, exp: issuer.now() + DAY + 300 }),
  'lives too long': (issuer) => issuer.token({ exp: issuer.now() + DAY }),
  'for another resource': (issuer) => issuer.token({ aud: `not-${issuer.audience}` }),
  'from another issuer': (issuer) => issuer.token({ iss: 'https://another-issuer.test' }),
  'without scope': (issuer) => issuer.token({ scope: undefined }),
  'without client': (issuer) => issuer.token({ client_id: undefined }),
  forged: (issuer) => issuer.sign({ key: newKey(issuer.key.algorithm), header: issuer.header() }),
  tampered: (issuer) => withPayload(issuer.token(), { ...issuer.claims(), scope: 'admin' }),
  unsigned: (issuer) => `${encodeJson({ ...issuer.header(), alg: 'none' })}.${encodeJson(issuer.claims())}.`,
  'with an unknown key': (issuer) => issuer.sign({ key: newKey(issuer.key.algorithm) }),
  'of another type': (issuer) => issuer.sign({ header: { ...issuer.header(), typ: 'JWT' } }),
  'bound to a certificate': (issuer) => issuer.token({ cnf: { 'x5t#S256': encodeBase64url(Buffer.alloc(32)) } }),
};

export function brokenToken(issuer: BreakableIssuer, defect: TokenDefect): string {
  return BREAK[defect](issuer);
}

function withPayload(token: string, claims: object): string {
  const [header, , signature] = token.split('.');
  return `${header}.${encodeJson(claims)}.${signature}`;
}

function encodeJson(value: object): string {
  return encodeBase64url(JSON.stringify(value));
}
