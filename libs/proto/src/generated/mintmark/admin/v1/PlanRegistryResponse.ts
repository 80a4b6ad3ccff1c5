// Original file: proto/mintmark/admin/v1/admin.proto

import type { Change as _mintmark_admin_v1_Change, Change__Output as _mintmark_admin_v1_Change__Output } from '../../../mintmark/admin/v1/Change.ts';
import type { Long } from '@grpc/proto-loader';

export interface PlanRegistryResponse {
  'baseVersion'?: (number | string | Long);
  'changes'?: (_mintmark_admin_v1_Change)[];
  /**
   * What to know before it is applied.
   */
  'warnings'?: (string)[];
}

export interface PlanRegistryResponse__Output {
  'baseVersion': (number);
  'changes': (_mintmark_admin_v1_Change__Output)[];
  /**
   * What to know before it is applied.
   */
  'warnings': (string)[];
}
