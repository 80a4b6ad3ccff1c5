// Original file: proto/mintmark/keyset/v1/keyset.proto

import type { Revocation as _mintmark_keyset_v1_Revocation, Revocation__Output as _mintmark_keyset_v1_Revocation__Output } from '../../../mintmark/keyset/v1/Revocation.ts';
import type { Long } from '@grpc/proto-loader';

export interface Revocations {
  /**
   * Of the feed, after these. Whoever fetches the document of revocations and finds it older has asked a replica that is behind.
   */
  'feedSequence'?: (number | string | Long);
  'revocations'?: (_mintmark_keyset_v1_Revocation)[];
  'feedEpoch'?: (number | string | Long);
}

export interface Revocations__Output {
  /**
   * Of the feed, after these. Whoever fetches the document of revocations and finds it older has asked a replica that is behind.
   */
  'feedSequence': (number);
  'revocations': (_mintmark_keyset_v1_Revocation__Output)[];
  'feedEpoch': (number);
}
