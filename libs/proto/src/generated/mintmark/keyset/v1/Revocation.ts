// Original file: proto/mintmark/keyset/v1/keyset.proto

import type { Long } from '@grpc/proto-loader';

export interface Revocation {
  /**
   * token, client or key.
   */
  'kind'?: (string);
  'id'?: (string);
  /**
   * Milliseconds since 1970-01-01 UTC: nothing it concerns is alive after it.
   */
  'until'?: (number | string | Long);
  /**
   * Place in the feed.
   */
  'sequence'?: (number | string | Long);
}

export interface Revocation__Output {
  /**
   * token, client or key.
   */
  'kind': (string);
  'id': (string);
  /**
   * Milliseconds since 1970-01-01 UTC: nothing it concerns is alive after it.
   */
  'until': (number);
  /**
   * Place in the feed.
   */
  'sequence': (number);
}
