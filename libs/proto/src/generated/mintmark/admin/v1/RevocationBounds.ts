// Original file: proto/mintmark/admin/v1/admin.proto


/**
 * Seconds until verifiers refuse.
 */
export interface RevocationBounds {
  'watchingSeconds'?: (number | string);
  'pollingSeconds'?: (number | string);
  'behindCutOffReplicaSeconds'?: (number | string);
}

/**
 * Seconds until verifiers refuse.
 */
export interface RevocationBounds__Output {
  'watchingSeconds': (number);
  'pollingSeconds': (number);
  'behindCutOffReplicaSeconds': (number);
}
