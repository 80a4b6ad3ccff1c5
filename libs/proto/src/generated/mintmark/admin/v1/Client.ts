// Original file: proto/mintmark/admin/v1/admin.proto

import type { Credential as _mintmark_admin_v1_Credential, Credential__Output as _mintmark_admin_v1_Credential__Output } from '../../../mintmark/admin/v1/Credential.ts';
import type { ClientSecret as _mintmark_admin_v1_ClientSecret, ClientSecret__Output as _mintmark_admin_v1_ClientSecret__Output } from '../../../mintmark/admin/v1/ClientSecret.ts';

export interface Client {
  'id'?: (string);
  'disabled'?: (boolean);
  'credentials'?: (_mintmark_admin_v1_Credential)[];
  'secrets'?: (_mintmark_admin_v1_ClientSecret)[];
}

export interface Client__Output {
  'id': (string);
  'disabled': (boolean);
  'credentials': (_mintmark_admin_v1_Credential__Output)[];
  'secrets': (_mintmark_admin_v1_ClientSecret__Output)[];
}
