// Original file: proto/mintmark/admin/v1/admin.proto

import type { TimelineEntry as _mintmark_admin_v1_TimelineEntry, TimelineEntry__Output as _mintmark_admin_v1_TimelineEntry__Output } from '../../../mintmark/admin/v1/TimelineEntry.ts';
import type { OrderRefusal as _mintmark_admin_v1_OrderRefusal, OrderRefusal__Output as _mintmark_admin_v1_OrderRefusal__Output } from '../../../mintmark/admin/v1/OrderRefusal.ts';
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
  /**
   * Of a plan: when the last token that the retired key has signed expires; absent: it has signed none.
   */
  'retiredTokensUntil'?: (string);
  /**
   * Of a plan: what it would be refused with now; absent: it would be done.
   */
  'refusal'?: (_mintmark_admin_v1_OrderRefusal | null);
  '_activeKid'?: "activeKid";
  '_retiredKid'?: "retiredKid";
  '_retiredTokensUntil'?: "retiredTokensUntil";
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
  /**
   * Of a plan: when the last token that the retired key has signed expires; absent: it has signed none.
   */
  'retiredTokensUntil'?: (string);
  /**
   * Of a plan: what it would be refused with now; absent: it would be done.
   */
  'refusal': (_mintmark_admin_v1_OrderRefusal__Output | null);
  '_activeKid'?: "activeKid";
  '_retiredKid'?: "retiredKid";
  '_retiredTokensUntil'?: "retiredTokensUntil";
}
