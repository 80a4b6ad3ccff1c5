// Original file: proto/mintmark/admin/v1/admin.proto


export interface Verifier {
  'client'?: (string);
  'resource'?: (string);
  'instance'?: (string);
  /**
   * Of a laggard: the key that it has not acknowledged.
   */
  'kid'?: (string);
  /**
   * Of the users of a key.
   */
  'heardAt'?: (string);
  '_kid'?: "kid";
  '_heardAt'?: "heardAt";
}

export interface Verifier__Output {
  'client': (string);
  'resource': (string);
  'instance': (string);
  /**
   * Of a laggard: the key that it has not acknowledged.
   */
  'kid'?: (string);
  /**
   * Of the users of a key.
   */
  'heardAt'?: (string);
  '_kid'?: "kid";
  '_heardAt'?: "heardAt";
}
