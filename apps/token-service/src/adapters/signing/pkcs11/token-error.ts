import { returnValueOf } from './cryptoki.ts';
import type { TokenFailure } from './token-messages.ts';

/** A failure whose words are already those for the operator. */
export class TokenError extends Error {
  readonly code: TokenFailure['code'];

  constructor(code: TokenFailure['code'], message: string) {
    super(message);
    this.name = 'TokenError';
    this.code = code;
  }
}

/** Where the PIN of a token is named. */
export const PIN_FILE = 'MINTMARK_PKCS11_PIN_FILE, or pin-source in its URI';

const PIN_REFUSED = ['CKR_PIN_INCORRECT', 'CKR_PIN_INVALID', 'CKR_PIN_LEN_RANGE', 'CKR_PIN_EXPIRED', 'CKR_PIN_LOCKED'];
const FULL = ['CKR_DEVICE_MEMORY', 'CKR_HOST_MEMORY'];
const UNSUPPORTED = ['CKR_MECHANISM_INVALID', 'CKR_CURVE_NOT_SUPPORTED', 'CKR_DOMAIN_PARAMS_INVALID'];

/** What an error of the token means. Whatever is not known is treated as a token that has gone, and asked for anew. */
export function failureOf(error: unknown): TokenFailure {
  if (error instanceof TokenError) return { code: error.code, message: error.message };
  const value = returnValueOf(error);
  if (value === undefined) {
    return { code: 'PROVIDER_UNREACHABLE', message: `The PKCS#11 token failed: ${String(error)}.` };
  }
  if (PIN_REFUSED.includes(value)) return { code: 'PIN_REFUSED', message: pinRefused(value) };
  if (FULL.includes(value)) {
    return { code: 'PROVIDER_FULL', message: `The PKCS#11 token has no room for another key (${value}). Make room.` };
  }
  if (UNSUPPORTED.includes(value)) {
    return { code: 'ALGORITHM_UNSUPPORTED', message: `The PKCS#11 token cannot do this algorithm (${value}).` };
  }
  if (value === 'CKR_SESSION_COUNT') {
    return {
      code: 'PROVIDER_BUSY',
      message: 'The PKCS#11 token has no session left (CKR_SESSION_COUNT). Retry later.',
    };
  }
  return {
    code: 'PROVIDER_UNREACHABLE',
    message: `The PKCS#11 token is not to be had (${value}). Look after it; it is asked for again by itself.`,
  };
}

export function pinRefused(value: string): string {
  return (
    `The PKCS#11 token refused the PIN (${value}). It is not tried again, because a token locks itself after a few wrong ones. ` +
    `Put the right one into its file (${PIN_FILE}) and restart.`
  );
}
