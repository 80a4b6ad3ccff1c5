// Original file: proto/mintmark/admin/v1/admin.proto

import type { Revoked as _mintmark_admin_v1_Revoked, Revoked__Output as _mintmark_admin_v1_Revoked__Output } from '../../../mintmark/admin/v1/Revoked.ts';

export interface ListRevocationsResponse {
  'revocations'?: (_mintmark_admin_v1_Revoked)[];
  /**
   * Absent: this is the last page.
   */
  'nextCursor'?: (string);
  '_nextCursor'?: "nextCursor";
}

export interface ListRevocationsResponse__Output {
  'revocations': (_mintmark_admin_v1_Revoked__Output)[];
  /**
   * Absent: this is the last page.
   */
  'nextCursor'?: (string);
  '_nextCursor'?: "nextCursor";
}
