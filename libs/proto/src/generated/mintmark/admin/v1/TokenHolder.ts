// Original file: proto/mintmark/admin/v1/admin.proto


/**
 * A client with tokens of a key, and when the last of them expires.
 */
export interface TokenHolder {
  'client'?: (string);
  'until'?: (string);
}

/**
 * A client with tokens of a key, and when the last of them expires.
 */
export interface TokenHolder__Output {
  'client': (string);
  'until': (string);
}
