// Original file: proto/mintmark/admin/v1/admin.proto

import type { TimelineEntry as _mintmark_admin_v1_TimelineEntry, TimelineEntry__Output as _mintmark_admin_v1_TimelineEntry__Output } from '../../../mintmark/admin/v1/TimelineEntry.ts';
import type { Verifier as _mintmark_admin_v1_Verifier, Verifier__Output as _mintmark_admin_v1_Verifier__Output } from '../../../mintmark/admin/v1/Verifier.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * What the schedule will do with a ring, the earliest first.
 */
export interface RingPlan {
  'ring'?: (string);
  'version'?: (number | string | Long);
  'timeline'?: (_mintmark_admin_v1_TimelineEntry)[];
  /**
   * Verifiers for which a key waits that it would not wait for otherwise: the first few.
   */
  'laggards'?: (_mintmark_admin_v1_Verifier)[];
  /**
   * How many there are beside them.
   */
  'moreLaggards'?: (number | string | Long);
}

/**
 * What the schedule will do with a ring, the earliest first.
 */
export interface RingPlan__Output {
  'ring': (string);
  'version': (number);
  'timeline': (_mintmark_admin_v1_TimelineEntry__Output)[];
  /**
   * Verifiers for which a key waits that it would not wait for otherwise: the first few.
   */
  'laggards': (_mintmark_admin_v1_Verifier__Output)[];
  /**
   * How many there are beside them.
   */
  'moreLaggards': (number);
}
