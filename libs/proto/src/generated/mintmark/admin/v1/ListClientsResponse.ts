// Original file: proto/mintmark/admin/v1/admin.proto

import type { Client as _mintmark_admin_v1_Client, Client__Output as _mintmark_admin_v1_Client__Output } from '../../../mintmark/admin/v1/Client.ts';

export interface ListClientsResponse {
  'clients'?: (_mintmark_admin_v1_Client)[];
  /**
   * Absent: this is the last page.
   */
  'nextCursor'?: (string);
  '_nextCursor'?: "nextCursor";
}

export interface ListClientsResponse__Output {
  'clients': (_mintmark_admin_v1_Client__Output)[];
  /**
   * Absent: this is the last page.
   */
  'nextCursor'?: (string);
  '_nextCursor'?: "nextCursor";
}
