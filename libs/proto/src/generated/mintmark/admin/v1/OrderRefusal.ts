// Original file: proto/mintmark/admin/v1/admin.proto

import type { Verifier as _mintmark_admin_v1_Verifier, Verifier__Output as _mintmark_admin_v1_Verifier__Output } from '../../../mintmark/admin/v1/Verifier.ts';

/**
 * Why an order cannot be carried out yet, and when it can.
 */
export interface OrderRefusal {
  'code'?: (string);
  'notBefore'?: (string);
  'waitsFor'?: (string);
  /**
   * Without them it could be sooner.
   */
  'laggards'?: (_mintmark_admin_v1_Verifier)[];
}

/**
 * Why an order cannot be carried out yet, and when it can.
 */
export interface OrderRefusal__Output {
  'code': (string);
  'notBefore': (string);
  'waitsFor': (string);
  /**
   * Without them it could be sooner.
   */
  'laggards': (_mintmark_admin_v1_Verifier__Output)[];
}
