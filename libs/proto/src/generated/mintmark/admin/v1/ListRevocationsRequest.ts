// Original file: proto/mintmark/admin/v1/admin.proto


export interface ListRevocationsRequest {
  /**
   * 1 to 1000; 0 means 100.
   */
  'limit'?: (number);
  /**
   * next_cursor of the page before.
   */
  'cursor'?: (string);
}

export interface ListRevocationsRequest__Output {
  /**
   * 1 to 1000; 0 means 100.
   */
  'limit': (number);
  /**
   * next_cursor of the page before.
   */
  'cursor': (string);
}
