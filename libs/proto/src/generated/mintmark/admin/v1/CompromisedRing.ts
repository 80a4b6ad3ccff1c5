// Original file: proto/mintmark/admin/v1/admin.proto

import type { CompromisedKey as _mintmark_admin_v1_CompromisedKey, CompromisedKey__Output as _mintmark_admin_v1_CompromisedKey__Output } from '../../../mintmark/admin/v1/CompromisedKey.ts';
import type { Succession as _mintmark_admin_v1_Succession, Succession__Output as _mintmark_admin_v1_Succession__Output } from '../../../mintmark/admin/v1/Succession.ts';
import type { Long } from '@grpc/proto-loader';

export interface CompromisedRing {
  'ring'?: (string);
  'epoch'?: (number | string | Long);
  'version'?: (number | string | Long);
  'compromised'?: (_mintmark_admin_v1_CompromisedKey)[];
  'successions'?: (_mintmark_admin_v1_Succession)[];
}

export interface CompromisedRing__Output {
  'ring': (string);
  'epoch': (number);
  'version': (number);
  'compromised': (_mintmark_admin_v1_CompromisedKey__Output)[];
  'successions': (_mintmark_admin_v1_Succession__Output)[];
}
