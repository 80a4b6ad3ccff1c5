// Original file: proto/mintmark/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Which verifiers have told that they hold a key set as it is now.
 */
export interface RingHoldings {
  'ring'?: (string);
  'epoch'?: (number | string | Long);
  'version'?: (number | string | Long);
  'verifiers'?: (number | string | Long);
  'holding'?: (number | string | Long);
  /**
   * Names of the others: the first hundred.
   */
  'missing'?: (string)[];
}

/**
 * Which verifiers have told that they hold a key set as it is now.
 */
export interface RingHoldings__Output {
  'ring': (string);
  'epoch': (number);
  'version': (number);
  'verifiers': (number);
  'holding': (number);
  /**
   * Names of the others: the first hundred.
   */
  'missing': (string)[];
}
