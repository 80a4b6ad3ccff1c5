// Original file: proto/mintmark/admin/v1/admin.proto

import type { TimelineEntry as _mintmark_admin_v1_TimelineEntry, TimelineEntry__Output as _mintmark_admin_v1_TimelineEntry__Output } from '../../../mintmark/admin/v1/TimelineEntry.ts';
import type { Long } from '@grpc/proto-loader';

export interface Rotation {
  'ring'?: (string);
  'algorithm'?: (string);
  /**
   * Nothing was changed.
   */
  'planned'?: (boolean);
  'activeKid'?: (string);
  'retiredKid'?: (string);
  'version'?: (number | string | Long);
  'timeline'?: (_mintmark_admin_v1_TimelineEntry)[];
  '_retiredKid'?: "retiredKid";
}

export interface Rotation__Output {
  'ring': (string);
  'algorithm': (string);
  /**
   * Nothing was changed.
   */
  'planned': (boolean);
  'activeKid': (string);
  'retiredKid'?: (string);
  'version': (number);
  'timeline': (_mintmark_admin_v1_TimelineEntry__Output)[];
  '_retiredKid'?: "retiredKid";
}
