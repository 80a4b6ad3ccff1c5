// Original file: proto/mintmark/admin/v1/admin.proto


export interface CompromisedKey {
  'kid'?: (string);
  'algorithm'?: (string);
  /**
   * As it was.
   */
  'state'?: (string);
  /**
   * Tokens that expire until then are refused from now on; absent: it never signed.
   */
  'latestExpiry'?: (string);
  '_latestExpiry'?: "latestExpiry";
}

export interface CompromisedKey__Output {
  'kid': (string);
  'algorithm': (string);
  /**
   * As it was.
   */
  'state': (string);
  /**
   * Tokens that expire until then are refused from now on; absent: it never signed.
   */
  'latestExpiry'?: (string);
  '_latestExpiry'?: "latestExpiry";
}
