// Original file: proto/mintmark/keyset/v1/keyset.proto

import type { Revocation as _mintmark_keyset_v1_Revocation, Revocation__Output as _mintmark_keyset_v1_Revocation__Output } from '../../../mintmark/keyset/v1/Revocation.ts';
import type { Long } from '@grpc/proto-loader';

export interface Revocations {
  /**
   * Of the feed, after these.
   */
  'feedSequence'?: (number | string | Long);
  'revocations'?: (_mintmark_keyset_v1_Revocation)[];
}

export interface Revocations__Output {
  /**
   * Of the feed, after these.
   */
  'feedSequence': (number);
  'revocations': (_mintmark_keyset_v1_Revocation__Output)[];
}
