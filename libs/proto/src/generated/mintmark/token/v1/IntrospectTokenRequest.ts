// Original file: proto/mintmark/token/v1/token.proto


export interface IntrospectTokenRequest {
  'token'?: (string);
  'tokenTypeHint'?: (string);
  /**
   * Who asks, proved as of IssueToken.
   */
  'clientAssertionType'?: (string);
  'clientAssertion'?: (string);
  'clientId'?: (string);
}

export interface IntrospectTokenRequest__Output {
  'token': (string);
  'tokenTypeHint': (string);
  /**
   * Who asks, proved as of IssueToken.
   */
  'clientAssertionType': (string);
  'clientAssertion': (string);
  'clientId': (string);
}
