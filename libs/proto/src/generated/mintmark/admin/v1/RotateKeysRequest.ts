// Original file: proto/mintmark/admin/v1/admin.proto


/**
 * Of RotateKeys and PrepareKey.
 */
export interface RotateKeysRequest {
  /**
   * Empty means public.
   */
  'ring'?: (string);
  /**
   * Empty means ES256.
   */
  'algorithm'?: (string);
  'plan'?: (boolean);
}

/**
 * Of RotateKeys and PrepareKey.
 */
export interface RotateKeysRequest__Output {
  /**
   * Empty means public.
   */
  'ring': (string);
  /**
   * Empty means ES256.
   */
  'algorithm': (string);
  'plan': (boolean);
}
