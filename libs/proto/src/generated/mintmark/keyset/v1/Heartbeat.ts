// Original file: proto/mintmark/keyset/v1/keyset.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Every 15 seconds: what the newest key set is.
 */
export interface Heartbeat {
  'epoch'?: (number | string | Long);
  'version'?: (number | string | Long);
  'digest'?: (string);
}

/**
 * Every 15 seconds: what the newest key set is.
 */
export interface Heartbeat__Output {
  'epoch': (number);
  'version': (number);
  'digest': (string);
}
