// Original file: proto/mintmark/token/v1/token.proto


/**
 * The key that a token is bound to (RFC 7800).
 */
export interface Confirmation {
  /**
   * RFC 9449 §6.1.
   */
  'jkt'?: (string);
  /**
   * RFC 8705 §3.1.
   */
  'x5tS256'?: (string);
}

/**
 * The key that a token is bound to (RFC 7800).
 */
export interface Confirmation__Output {
  /**
   * RFC 9449 §6.1.
   */
  'jkt': (string);
  /**
   * RFC 8705 §3.1.
   */
  'x5tS256': (string);
}
