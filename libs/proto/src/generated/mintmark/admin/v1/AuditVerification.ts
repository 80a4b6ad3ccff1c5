// Original file: proto/mintmark/admin/v1/admin.proto

import type { BadLine as _mintmark_admin_v1_BadLine, BadLine__Output as _mintmark_admin_v1_BadLine__Output } from '../../../mintmark/admin/v1/BadLine.ts';
import type { Long } from '@grpc/proto-loader';

export interface AuditVerification {
  'ok'?: (boolean);
  'lines'?: (number | string | Long);
  'lastSeq'?: (number | string | Long);
  /**
   * The highest line that the database vouches for; 0: none.
   */
  'anchoredSeq'?: (number | string | Long);
  'anchoredAt'?: (string);
  /**
   * Absent when the chain holds.
   */
  'firstBad'?: (_mintmark_admin_v1_BadLine | null);
  '_anchoredAt'?: "anchoredAt";
}

export interface AuditVerification__Output {
  'ok': (boolean);
  'lines': (number);
  'lastSeq': (number);
  /**
   * The highest line that the database vouches for; 0: none.
   */
  'anchoredSeq': (number);
  'anchoredAt'?: (string);
  /**
   * Absent when the chain holds.
   */
  'firstBad': (_mintmark_admin_v1_BadLine__Output | null);
  '_anchoredAt'?: "anchoredAt";
}
