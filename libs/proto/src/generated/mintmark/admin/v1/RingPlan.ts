// Original file: proto/mintmark/admin/v1/admin.proto

import type { TimelineEntry as _mintmark_admin_v1_TimelineEntry, TimelineEntry__Output as _mintmark_admin_v1_TimelineEntry__Output } from '../../../mintmark/admin/v1/TimelineEntry.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * What the schedule will do with a ring, the earliest first.
 */
export interface RingPlan {
  'ring'?: (string);
  'version'?: (number | string | Long);
  'timeline'?: (_mintmark_admin_v1_TimelineEntry)[];
}

/**
 * What the schedule will do with a ring, the earliest first.
 */
export interface RingPlan__Output {
  'ring': (string);
  'version': (number);
  'timeline': (_mintmark_admin_v1_TimelineEntry__Output)[];
}
