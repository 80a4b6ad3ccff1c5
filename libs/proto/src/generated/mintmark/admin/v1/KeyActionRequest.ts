// Original file: proto/mintmark/admin/v1/admin.proto


/**
 * Of ActivateKey, DeactivateKey and DestroyKey.
 */
export interface KeyActionRequest {
  /**
   * Empty means public.
   */
  'ring'?: (string);
  'kid'?: (string);
  'plan'?: (boolean);
}

/**
 * Of ActivateKey, DeactivateKey and DestroyKey.
 */
export interface KeyActionRequest__Output {
  /**
   * Empty means public.
   */
  'ring': (string);
  'kid': (string);
  'plan': (boolean);
}
