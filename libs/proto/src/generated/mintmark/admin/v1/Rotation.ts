// Original file: proto/mintmark/admin/v1/admin.proto

import type { TimelineEntry as _mintmark_admin_v1_TimelineEntry, TimelineEntry__Output as _mintmark_admin_v1_TimelineEntry__Output } from '../../../mintmark/admin/v1/TimelineEntry.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * What a change of a ring brought, or would bring.
 */
export interface Rotation {
  'ring'?: (string);
  'algorithm'?: (string);
  /**
   * Nothing was changed.
   */
  'planned'?: (boolean);
  /**
   * The key that signs afterwards; absent: none does.
   */
  'activeKid'?: (string);
  /**
   * The key that signed before and does no more.
   */
  'retiredKid'?: (string);
  'version'?: (number | string | Long);
  'timeline'?: (_mintmark_admin_v1_TimelineEntry)[];
  '_activeKid'?: "activeKid";
  '_retiredKid'?: "retiredKid";
}

/**
 * What a change of a ring brought, or would bring.
 */
export interface Rotation__Output {
  'ring': (string);
  'algorithm': (string);
  /**
   * Nothing was changed.
   */
  'planned': (boolean);
  /**
   * The key that signs afterwards; absent: none does.
   */
  'activeKid'?: (string);
  /**
   * The key that signed before and does no more.
   */
  'retiredKid'?: (string);
  'version': (number);
  'timeline': (_mintmark_admin_v1_TimelineEntry__Output)[];
  '_activeKid'?: "activeKid";
  '_retiredKid'?: "retiredKid";
}
