// Original file: proto/mintmark/admin/v1/admin.proto

import type { Credential as _mintmark_admin_v1_Credential, Credential__Output as _mintmark_admin_v1_Credential__Output } from '../../../mintmark/admin/v1/Credential.ts';

export interface CreateClientRequest {
  'id'?: (string);
  /**
   * None means one client_secret.
   */
  'credentials'?: (_mintmark_admin_v1_Credential)[];
  /**
   * Say what would happen, and change nothing.
   */
  'plan'?: (boolean);
}

export interface CreateClientRequest__Output {
  'id': (string);
  /**
   * None means one client_secret.
   */
  'credentials': (_mintmark_admin_v1_Credential__Output)[];
  /**
   * Say what would happen, and change nothing.
   */
  'plan': (boolean);
}
