import { TokenRequestError } from './token-request-error.ts';
import type { IssuedToken } from './token-transport.ts';

/** `b64token` (RFC 6750 §2.1): whatever else is in there would end up in a header. */
const B64_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** The fields of a successful answer, whatever transport brought them. */
export interface TokenAnswer {
  readonly accessToken: unknown;
  readonly tokenType: unknown;
  readonly expiresInSeconds: unknown;
  readonly scopes: readonly string[];
}

/** @throws TokenRequestError with code RESPONSE_INVALID, which names the field but never quotes it */
export function checkedToken(answer: TokenAnswer): IssuedToken {
  const { accessToken, tokenType, expiresInSeconds, scopes } = answer;
  if (typeof accessToken !== 'string' || !B64_TOKEN.test(accessToken)) throw invalid('access_token');
  if (typeof tokenType !== 'string' || tokenType.toLowerCase() !== 'bearer') throw invalid('token_type of Bearer');
  if (typeof expiresInSeconds !== 'number' || !(expiresInSeconds > 0 && expiresInSeconds < Infinity)) {
    throw invalid('expires_in');
  }
  return { value: accessToken, expiresInSeconds, scopes };
}

function invalid(field: string): TokenRequestError {
  const detail = `the answer of the token service has no valid ${field}`;
  return new TokenRequestError({ code: 'RESPONSE_INVALID', detail, retryable: false });
}
