// Original file: proto/mintmark/admin/v1/admin.proto

import type { Resource as _mintmark_admin_v1_Resource, Resource__Output as _mintmark_admin_v1_Resource__Output } from '../../../mintmark/admin/v1/Resource.ts';

export interface ListResourcesResponse {
  'resources'?: (_mintmark_admin_v1_Resource)[];
  'nextCursor'?: (string);
  '_nextCursor'?: "nextCursor";
}

export interface ListResourcesResponse__Output {
  'resources': (_mintmark_admin_v1_Resource__Output)[];
  'nextCursor'?: (string);
  '_nextCursor'?: "nextCursor";
}
