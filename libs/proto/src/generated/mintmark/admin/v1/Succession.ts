// Original file: proto/mintmark/admin/v1/admin.proto


export interface Succession {
  'algorithm'?: (string);
  /**
   * standby, fresh-key, nobody.
   */
  'by'?: (string);
  /**
   * Absent: a key that is not made yet, or none.
   */
  'kid'?: (string);
  'signsFrom'?: (string);
  /**
   * Before verifiers can be counted on to hold it.
   */
  'overrides'?: (boolean);
  '_kid'?: "kid";
}

export interface Succession__Output {
  'algorithm': (string);
  /**
   * standby, fresh-key, nobody.
   */
  'by': (string);
  /**
   * Absent: a key that is not made yet, or none.
   */
  'kid'?: (string);
  'signsFrom': (string);
  /**
   * Before verifiers can be counted on to hold it.
   */
  'overrides': (boolean);
  '_kid'?: "kid";
}
