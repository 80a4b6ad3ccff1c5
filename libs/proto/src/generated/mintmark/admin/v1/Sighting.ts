// Original file: proto/mintmark/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Of the public ring: a key set that verifiers named as held when they asked this replica for a newer one. Anybody may name any.
 */
export interface Sighting {
  'epoch'?: (number | string | Long);
  'version'?: (number | string | Long);
  'count'?: (number | string | Long);
  'lastSeen'?: (string);
}

/**
 * Of the public ring: a key set that verifiers named as held when they asked this replica for a newer one. Anybody may name any.
 */
export interface Sighting__Output {
  'epoch': (number);
  'version': (number);
  'count': (number);
  'lastSeen': (string);
}
