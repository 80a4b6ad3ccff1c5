// Original file: proto/mintmark/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface ApplyRegistryRequest {
  'declaration'?: (string);
  'fileName'?: (string);
  'prune'?: (boolean);
  /**
   * base_version of the plan that was looked at.
   */
  'baseVersion'?: (number | string | Long);
}

export interface ApplyRegistryRequest__Output {
  'declaration': (string);
  'fileName': (string);
  'prune': (boolean);
  /**
   * base_version of the plan that was looked at.
   */
  'baseVersion': (number);
}
