// Original file: proto/mintmark/keyset/v1/keyset.proto

import type { Long } from '@grpc/proto-loader';

export interface KeySet {
  /**
   * A JWK Set (RFC 7517 §5): the exact bytes that the digest is of.
   */
  'document'?: (Buffer | Uint8Array | string);
  /**
   * epoch and version order key sets; one pair has one content.
   */
  'epoch'?: (number | string | Long);
  'version'?: (number | string | Long);
  /**
   * SHA-256 of the document, base64url.
   */
  'digest'?: (string);
  /**
   * Last contact of this replica with the database, in milliseconds since 1970-01-01 UTC.
   */
  'asOf'?: (number | string | Long);
}

export interface KeySet__Output {
  /**
   * A JWK Set (RFC 7517 §5): the exact bytes that the digest is of.
   */
  'document': (Buffer);
  /**
   * epoch and version order key sets; one pair has one content.
   */
  'epoch': (number);
  'version': (number);
  /**
   * SHA-256 of the document, base64url.
   */
  'digest': (string);
  /**
   * Last contact of this replica with the database, in milliseconds since 1970-01-01 UTC.
   */
  'asOf': (number);
}
