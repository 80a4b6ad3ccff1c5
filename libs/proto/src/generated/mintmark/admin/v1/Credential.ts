// Original file: proto/mintmark/admin/v1/admin.proto


export interface Credential {
  /**
   * client_secret, private_key_jwt, tls_client_auth, self_signed_tls_client_auth, workload_identity.
   */
  'kind'?: (string);
}

export interface Credential__Output {
  /**
   * client_secret, private_key_jwt, tls_client_auth, self_signed_tls_client_auth, workload_identity.
   */
  'kind': (string);
}
