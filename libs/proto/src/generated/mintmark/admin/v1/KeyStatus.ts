// Original file: proto/mintmark/admin/v1/admin.proto

import type { Ring as _mintmark_admin_v1_Ring, Ring__Output as _mintmark_admin_v1_Ring__Output } from '../../../mintmark/admin/v1/Ring.ts';

export interface KeyStatus {
  'rings'?: (_mintmark_admin_v1_Ring)[];
}

export interface KeyStatus__Output {
  'rings': (_mintmark_admin_v1_Ring__Output)[];
}
