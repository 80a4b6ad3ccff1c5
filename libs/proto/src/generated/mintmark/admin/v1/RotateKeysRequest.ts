// Original file: proto/mintmark/admin/v1/admin.proto


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
