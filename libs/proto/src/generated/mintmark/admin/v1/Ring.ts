// Original file: proto/mintmark/admin/v1/admin.proto

import type { Key as _mintmark_admin_v1_Key, Key__Output as _mintmark_admin_v1_Key__Output } from '../../../mintmark/admin/v1/Key.ts';
import type { Verifiers as _mintmark_admin_v1_Verifiers, Verifiers__Output as _mintmark_admin_v1_Verifiers__Output } from '../../../mintmark/admin/v1/Verifiers.ts';
import type { Sighting as _mintmark_admin_v1_Sighting, Sighting__Output as _mintmark_admin_v1_Sighting__Output } from '../../../mintmark/admin/v1/Sighting.ts';
import type { Long } from '@grpc/proto-loader';

export interface Ring {
  /**
   * public, admin, revocations.
   */
  'ring'?: (string);
  'epoch'?: (number | string | Long);
  'version'?: (number | string | Long);
  'keys'?: (_mintmark_admin_v1_Key)[];
  /**
   * Absent but for the public ring.
   */
  'verifiers'?: (_mintmark_admin_v1_Verifiers | null);
  'sightings'?: (_mintmark_admin_v1_Sighting)[];
}

export interface Ring__Output {
  /**
   * public, admin, revocations.
   */
  'ring': (string);
  'epoch': (number);
  'version': (number);
  'keys': (_mintmark_admin_v1_Key__Output)[];
  /**
   * Absent but for the public ring.
   */
  'verifiers': (_mintmark_admin_v1_Verifiers__Output | null);
  'sightings': (_mintmark_admin_v1_Sighting__Output)[];
}
