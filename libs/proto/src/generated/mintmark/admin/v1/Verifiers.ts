// Original file: proto/mintmark/admin/v1/admin.proto

import type { Verifier as _mintmark_admin_v1_Verifier, Verifier__Output as _mintmark_admin_v1_Verifier__Output } from '../../../mintmark/admin/v1/Verifier.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * Those that watch the public key set.
 */
export interface Verifiers {
  'watching'?: (number | string | Long);
  /**
   * possible, or none: then what they acknowledge may shorten the time a key waits.
   */
  'foreign'?: (string);
  /**
   * The first few that have not acknowledged a key that is to sign next.
   */
  'laggards'?: (_mintmark_admin_v1_Verifier)[];
  /**
   * How many there are beside them.
   */
  'moreLaggards'?: (number | string | Long);
}

/**
 * Those that watch the public key set.
 */
export interface Verifiers__Output {
  'watching': (number);
  /**
   * possible, or none: then what they acknowledge may shorten the time a key waits.
   */
  'foreign': (string);
  /**
   * The first few that have not acknowledged a key that is to sign next.
   */
  'laggards': (_mintmark_admin_v1_Verifier__Output)[];
  /**
   * How many there are beside them.
   */
  'moreLaggards': (number);
}
