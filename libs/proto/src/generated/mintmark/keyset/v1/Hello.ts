// Original file: proto/mintmark/keyset/v1/keyset.proto


export interface Hello {
  /**
   * Names this process among all that verify for the resource: 1 to 64 of A-Z a-z 0-9 . _ -
   */
  'instanceId'?: (string);
  /**
   * Id of the resource it verifies for; its operatedBy is the client of the token.
   */
  'resource'?: (string);
}

export interface Hello__Output {
  /**
   * Names this process among all that verify for the resource: 1 to 64 of A-Z a-z 0-9 . _ -
   */
  'instanceId': (string);
  /**
   * Id of the resource it verifies for; its operatedBy is the client of the token.
   */
  'resource': (string);
}
