// Original file: proto/mintmark/admin/v1/admin.proto

import type { CompromisedRing as _mintmark_admin_v1_CompromisedRing, CompromisedRing__Output as _mintmark_admin_v1_CompromisedRing__Output } from '../../../mintmark/admin/v1/CompromisedRing.ts';
import type { ExposureBounds as _mintmark_admin_v1_ExposureBounds, ExposureBounds__Output as _mintmark_admin_v1_ExposureBounds__Output } from '../../../mintmark/admin/v1/ExposureBounds.ts';

export interface Compromise {
  /**
   * Nothing was changed.
   */
  'planned'?: (boolean);
  'scope'?: (string);
  'rings'?: (_mintmark_admin_v1_CompromisedRing)[];
  'bounds'?: (_mintmark_admin_v1_ExposureBounds | null);
}

export interface Compromise__Output {
  /**
   * Nothing was changed.
   */
  'planned': (boolean);
  'scope': (string);
  'rings': (_mintmark_admin_v1_CompromisedRing__Output)[];
  'bounds': (_mintmark_admin_v1_ExposureBounds__Output | null);
}
