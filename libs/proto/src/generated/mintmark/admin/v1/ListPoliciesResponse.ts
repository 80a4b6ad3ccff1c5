// Original file: proto/mintmark/admin/v1/admin.proto

import type { Policy as _mintmark_admin_v1_Policy, Policy__Output as _mintmark_admin_v1_Policy__Output } from '../../../mintmark/admin/v1/Policy.ts';

export interface ListPoliciesResponse {
  'policies'?: (_mintmark_admin_v1_Policy)[];
  'nextCursor'?: (string);
  '_nextCursor'?: "nextCursor";
}

export interface ListPoliciesResponse__Output {
  'policies': (_mintmark_admin_v1_Policy__Output)[];
  'nextCursor'?: (string);
  '_nextCursor'?: "nextCursor";
}
