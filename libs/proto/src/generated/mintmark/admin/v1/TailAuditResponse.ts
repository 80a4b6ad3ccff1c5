// Original file: proto/mintmark/admin/v1/admin.proto

import type { AuditLine as _mintmark_admin_v1_AuditLine, AuditLine__Output as _mintmark_admin_v1_AuditLine__Output } from '../../../mintmark/admin/v1/AuditLine.ts';
import type { Long } from '@grpc/proto-loader';

export interface TailAuditResponse {
  'events'?: (_mintmark_admin_v1_AuditLine)[];
  'lastSeq'?: (number | string | Long);
}

export interface TailAuditResponse__Output {
  'events': (_mintmark_admin_v1_AuditLine__Output)[];
  'lastSeq': (number);
}
