// Original file: proto/mintmark/admin/v1/admin.proto


export interface Resource {
  'id'?: (string);
  'audience'?: (string);
  'uri'?: (string);
  'operatedBy'?: (string);
  'scopes'?: (string)[];
  'tokenLifetimeSeconds'?: (number | string);
  'signingAlgorithm'?: (string);
  'senderConstraint'?: (string);
  /**
   * Part of Mintmark, cannot be declared or changed.
   */
  'builtIn'?: (boolean);
  '_uri'?: "uri";
  '_operatedBy'?: "operatedBy";
}

export interface Resource__Output {
  'id': (string);
  'audience': (string);
  'uri'?: (string);
  'operatedBy'?: (string);
  'scopes': (string)[];
  'tokenLifetimeSeconds': (number);
  'signingAlgorithm': (string);
  'senderConstraint': (string);
  /**
   * Part of Mintmark, cannot be declared or changed.
   */
  'builtIn': (boolean);
  '_uri'?: "uri";
  '_operatedBy'?: "operatedBy";
}
