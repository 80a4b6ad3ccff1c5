// Original file: proto/mintmark/admin/v1/admin.proto

import type { Change as _mintmark_admin_v1_Change, Change__Output as _mintmark_admin_v1_Change__Output } from '../../../mintmark/admin/v1/Change.ts';
import type { Long } from '@grpc/proto-loader';

export interface ApplyRegistryResponse {
  'version'?: (number | string | Long);
  'changes'?: (_mintmark_admin_v1_Change)[];
}

export interface ApplyRegistryResponse__Output {
  'version': (number);
  'changes': (_mintmark_admin_v1_Change__Output)[];
}
