// Original file: proto/mintmark/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface Revoked {
  /**
   * token, client, key.
   */
  'kind'?: (string);
  /**
   * jti, client id or kid.
   */
  'id'?: (string);
  'revokedAt'?: (string);
  'until'?: (string);
  /**
   * Only what was issued before is refused; absent: everything.
   */
  'issuedBefore'?: (string);
  /**
   * The client that gave the token back itself.
   */
  'byClient'?: (string);
  'sequence'?: (number | string | Long);
  '_issuedBefore'?: "issuedBefore";
  '_byClient'?: "byClient";
}

export interface Revoked__Output {
  /**
   * token, client, key.
   */
  'kind': (string);
  /**
   * jti, client id or kid.
   */
  'id': (string);
  'revokedAt': (string);
  'until': (string);
  /**
   * Only what was issued before is refused; absent: everything.
   */
  'issuedBefore'?: (string);
  /**
   * The client that gave the token back itself.
   */
  'byClient'?: (string);
  'sequence': (number);
  '_issuedBefore'?: "issuedBefore";
  '_byClient'?: "byClient";
}
