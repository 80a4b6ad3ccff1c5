// Original file: proto/mintmark/keyset/v1/keyset.proto

import type { KeySet as _mintmark_keyset_v1_KeySet, KeySet__Output as _mintmark_keyset_v1_KeySet__Output } from '../../../mintmark/keyset/v1/KeySet.ts';
import type { Heartbeat as _mintmark_keyset_v1_Heartbeat, Heartbeat__Output as _mintmark_keyset_v1_Heartbeat__Output } from '../../../mintmark/keyset/v1/Heartbeat.ts';
import type { Revocations as _mintmark_keyset_v1_Revocations, Revocations__Output as _mintmark_keyset_v1_Revocations__Output } from '../../../mintmark/keyset/v1/Revocations.ts';
import type { Long } from '@grpc/proto-loader';

export interface KeySetEvent {
  /**
   * Counts what this replica announced, heartbeats aside. After one that does not follow on the one before, ask for the whole: something was missed.
   */
  'sequence'?: (number | string | Long);
  /**
   * Last contact of this replica with the database, in milliseconds since 1970-01-01 UTC: it stands still while it is cut off.
   */
  'asOf'?: (number | string | Long);
  'keySet'?: (_mintmark_keyset_v1_KeySet | null);
  'heartbeat'?: (_mintmark_keyset_v1_Heartbeat | null);
  'revocations'?: (_mintmark_keyset_v1_Revocations | null);
  'event'?: "keySet"|"heartbeat"|"revocations";
}

export interface KeySetEvent__Output {
  /**
   * Counts what this replica announced, heartbeats aside. After one that does not follow on the one before, ask for the whole: something was missed.
   */
  'sequence': (number);
  /**
   * Last contact of this replica with the database, in milliseconds since 1970-01-01 UTC: it stands still while it is cut off.
   */
  'asOf': (number);
  'keySet'?: (_mintmark_keyset_v1_KeySet__Output | null);
  'heartbeat'?: (_mintmark_keyset_v1_Heartbeat__Output | null);
  'revocations'?: (_mintmark_keyset_v1_Revocations__Output | null);
  'event'?: "keySet"|"heartbeat"|"revocations";
}
