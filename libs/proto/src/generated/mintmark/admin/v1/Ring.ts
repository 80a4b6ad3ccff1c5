// Original file: proto/mintmark/admin/v1/admin.proto

import type { Key as _mintmark_admin_v1_Key, Key__Output as _mintmark_admin_v1_Key__Output } from '../../../mintmark/admin/v1/Key.ts';
import type { Verifiers as _mintmark_admin_v1_Verifiers, Verifiers__Output as _mintmark_admin_v1_Verifiers__Output } from '../../../mintmark/admin/v1/Verifiers.ts';
import type { Long } from '@grpc/proto-loader';

export interface Ring {
  /**
   * public, admin, revocations.
   */
  'ring'?: (string);
  'epoch'?: (number | string | Long);
  'version'?: (number | string | Long);
  'keys'?: (_mintmark_admin_v1_Key)[];
  /**
   * Absent for the admin ring.
   */
  'verifiers'?: (_mintmark_admin_v1_Verifiers | null);
}

export interface Ring__Output {
  /**
   * public, admin, revocations.
   */
  'ring': (string);
  'epoch': (number);
  'version': (number);
  'keys': (_mintmark_admin_v1_Key__Output)[];
  /**
   * Absent for the admin ring.
   */
  'verifiers': (_mintmark_admin_v1_Verifiers__Output | null);
}
