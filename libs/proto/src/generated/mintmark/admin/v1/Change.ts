// Original file: proto/mintmark/admin/v1/admin.proto

import type { FieldChange as _mintmark_admin_v1_FieldChange, FieldChange__Output as _mintmark_admin_v1_FieldChange__Output } from '../../../mintmark/admin/v1/FieldChange.ts';

export interface Change {
  /**
   * resource, client, policy, secret.
   */
  'kind'?: (string);
  /**
   * create, update, remove, expire.
   */
  'action'?: (string);
  'id'?: (string);
  'fields'?: (_mintmark_admin_v1_FieldChange)[];
}

export interface Change__Output {
  /**
   * resource, client, policy, secret.
   */
  'kind': (string);
  /**
   * create, update, remove, expire.
   */
  'action': (string);
  'id': (string);
  'fields': (_mintmark_admin_v1_FieldChange__Output)[];
}
