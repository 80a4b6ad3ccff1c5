// Original file: proto/mintmark/admin/v1/admin.proto

import type { RingPlan as _mintmark_admin_v1_RingPlan, RingPlan__Output as _mintmark_admin_v1_RingPlan__Output } from '../../../mintmark/admin/v1/RingPlan.ts';

export interface KeyPlan {
  'rings'?: (_mintmark_admin_v1_RingPlan)[];
}

export interface KeyPlan__Output {
  'rings': (_mintmark_admin_v1_RingPlan__Output)[];
}
