// Original file: proto/mintmark/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface BadLine {
  'line'?: (number | string | Long);
  'problem'?: (string);
}

export interface BadLine__Output {
  'line': (number);
  'problem': (string);
}
