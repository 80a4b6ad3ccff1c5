// Original file: proto/mintmark/admin/v1/admin.proto


export interface RevokeRequest {
  /**
   * Empty means revoke; admit: accept again what the client is issued from now on.
   */
  'action'?: (string);
  /**
   * token, client.
   */
  'kind'?: (string);
  /**
   * The jti of a token, never the token itself; or the id of a client.
   */
  'id'?: (string);
  /**
   * For the audit trail.
   */
  'reason'?: (string);
  'plan'?: (boolean);
}

export interface RevokeRequest__Output {
  /**
   * Empty means revoke; admit: accept again what the client is issued from now on.
   */
  'action': (string);
  /**
   * token, client.
   */
  'kind': (string);
  /**
   * The jti of a token, never the token itself; or the id of a client.
   */
  'id': (string);
  /**
   * For the audit trail.
   */
  'reason': (string);
  'plan': (boolean);
}
