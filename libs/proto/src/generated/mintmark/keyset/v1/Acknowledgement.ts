// Original file: proto/mintmark/keyset/v1/keyset.proto

import type { Long } from '@grpc/proto-loader';

/**
 * The key set that the verifier holds: verified, and all of it.
 */
export interface Acknowledgement {
  'epoch'?: (number | string | Long);
  'version'?: (number | string | Long);
  /**
   * SHA-256 of the document held, computed by who holds it.
   */
  'digest'?: (string);
}

/**
 * The key set that the verifier holds: verified, and all of it.
 */
export interface Acknowledgement__Output {
  'epoch': (number);
  'version': (number);
  /**
   * SHA-256 of the document held, computed by who holds it.
   */
  'digest': (string);
}
