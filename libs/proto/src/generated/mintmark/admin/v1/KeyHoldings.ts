// Original file: proto/mintmark/admin/v1/admin.proto

import type { RingHoldings as _mintmark_admin_v1_RingHoldings, RingHoldings__Output as _mintmark_admin_v1_RingHoldings__Output } from '../../../mintmark/admin/v1/RingHoldings.ts';

export interface KeyHoldings {
  'rings'?: (_mintmark_admin_v1_RingHoldings)[];
}

export interface KeyHoldings__Output {
  'rings': (_mintmark_admin_v1_RingHoldings__Output)[];
}
