// Original file: proto/mintmark/keyset/v1/keyset.proto


export interface Hello {
  /**
   * How operators are told of this verifier: 1 to 64 of A-Z a-z 0-9 . _ -
   */
  'instanceId'?: (string);
  /**
   * Id of the resource it verifies for; its operatedBy is the client of the token.
   */
  'resource'?: (string);
  /**
   * Drawn by each process when it starts, and the same for all of its streams: 8 to 64 of A-Z a-z 0-9 _ -
   * Tells apart those that bear one name, so that none speaks for another.
   */
  'processId'?: (string);
}

export interface Hello__Output {
  /**
   * How operators are told of this verifier: 1 to 64 of A-Z a-z 0-9 . _ -
   */
  'instanceId': (string);
  /**
   * Id of the resource it verifies for; its operatedBy is the client of the token.
   */
  'resource': (string);
  /**
   * Drawn by each process when it starts, and the same for all of its streams: 8 to 64 of A-Z a-z 0-9 _ -
   * Tells apart those that bear one name, so that none speaks for another.
   */
  'processId': (string);
}
