// Original file: proto/mintmark/admin/v1/admin.proto


export interface ListClientsRequest {
  /**
   * 1 to 1000; 0 means 100.
   */
  'limit'?: (number);
  /**
   * next_cursor of the page before.
   */
  'cursor'?: (string);
}

export interface ListClientsRequest__Output {
  /**
   * 1 to 1000; 0 means 100.
   */
  'limit': (number);
  /**
   * next_cursor of the page before.
   */
  'cursor': (string);
}
