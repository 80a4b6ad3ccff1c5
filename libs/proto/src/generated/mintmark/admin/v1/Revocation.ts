// Original file: proto/mintmark/admin/v1/admin.proto

import type { RevocationBounds as _mintmark_admin_v1_RevocationBounds, RevocationBounds__Output as _mintmark_admin_v1_RevocationBounds__Output } from '../../../mintmark/admin/v1/RevocationBounds.ts';

export interface Revocation {
  'kind'?: (string);
  'id'?: (string);
  'planned'?: (boolean);
  /**
   * Absent: nothing of it is refused.
   */
  'until'?: (string);
  /**
   * Only what was issued before is refused; absent: everything.
   */
  'issuedBefore'?: (string);
  'bounds'?: (_mintmark_admin_v1_RevocationBounds | null);
  '_until'?: "until";
  '_issuedBefore'?: "issuedBefore";
}

export interface Revocation__Output {
  'kind': (string);
  'id': (string);
  'planned': (boolean);
  /**
   * Absent: nothing of it is refused.
   */
  'until'?: (string);
  /**
   * Only what was issued before is refused; absent: everything.
   */
  'issuedBefore'?: (string);
  'bounds': (_mintmark_admin_v1_RevocationBounds__Output | null);
  '_until'?: "until";
  '_issuedBefore'?: "issuedBefore";
}
