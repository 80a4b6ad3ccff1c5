// Original file: proto/mintmark/admin/v1/admin.proto


export interface CompromiseKeyRequest {
  /**
   * Empty means public.
   */
  'ring'?: (string);
  'kid'?: (string);
  /**
   * key (also if empty), or custody: every key under the same key-encryption key or token, in every ring.
   */
  'scope'?: (string);
  /**
   * Goes into the record.
   */
  'reason'?: (string);
  /**
   * If no standby that verifiers hold can take over: refuse (also if empty), seal, fresh-key.
   */
  'withoutStandby'?: (string);
  'plan'?: (boolean);
}

export interface CompromiseKeyRequest__Output {
  /**
   * Empty means public.
   */
  'ring': (string);
  'kid': (string);
  /**
   * key (also if empty), or custody: every key under the same key-encryption key or token, in every ring.
   */
  'scope': (string);
  /**
   * Goes into the record.
   */
  'reason': (string);
  /**
   * If no standby that verifiers hold can take over: refuse (also if empty), seal, fresh-key.
   */
  'withoutStandby': (string);
  'plan': (boolean);
}
