// Original file: proto/mintmark/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface AuditLine {
  'seq'?: (number | string | Long);
  /**
   * The line as it is in the file: JSON.
   */
  'line'?: (string);
}

export interface AuditLine__Output {
  'seq': (number);
  /**
   * The line as it is in the file: JSON.
   */
  'line': (string);
}
