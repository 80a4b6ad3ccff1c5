// Original file: proto/mintmark/admin/v1/admin.proto


/**
 * How long verifiers may still accept the keys.
 */
export interface ExposureBounds {
  'streamSeconds'?: (number | string);
  'pollingSeconds'?: (number | string);
  'cutOffSeconds'?: (number | string);
  'foreignSeconds'?: (number | string);
}

/**
 * How long verifiers may still accept the keys.
 */
export interface ExposureBounds__Output {
  'streamSeconds': (number);
  'pollingSeconds': (number);
  'cutOffSeconds': (number);
  'foreignSeconds': (number);
}
