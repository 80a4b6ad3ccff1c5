// Original file: proto/mintmark/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface TailAuditRequest {
  /**
   * Lines behind this number, the oldest first; absent: the newest ones.
   */
  'after'?: (number | string | Long);
  /**
   * 1 to 1000; 0 means 100.
   */
  'limit'?: (number);
  '_after'?: "after";
}

export interface TailAuditRequest__Output {
  /**
   * Lines behind this number, the oldest first; absent: the newest ones.
   */
  'after'?: (number);
  /**
   * 1 to 1000; 0 means 100.
   */
  'limit': (number);
  '_after'?: "after";
}
