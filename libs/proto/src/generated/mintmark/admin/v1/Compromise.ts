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
  /**
   * Whether it is remembered outside the database too: else an older backup would bring the keys back. Absent in a plan.
   */
  'witnessed'?: (boolean);
  /**
   * What is lost as a whole: key-encryption keys, or a token. Empty: the key alone.
   */
  'custody'?: (string)[];
  '_witnessed'?: "witnessed";
}

export interface Compromise__Output {
  /**
   * Nothing was changed.
   */
  'planned': (boolean);
  'scope': (string);
  'rings': (_mintmark_admin_v1_CompromisedRing__Output)[];
  'bounds': (_mintmark_admin_v1_ExposureBounds__Output | null);
  /**
   * Whether it is remembered outside the database too: else an older backup would bring the keys back. Absent in a plan.
   */
  'witnessed'?: (boolean);
  /**
   * What is lost as a whole: key-encryption keys, or a token. Empty: the key alone.
   */
  'custody': (string)[];
  '_witnessed'?: "witnessed";
}
