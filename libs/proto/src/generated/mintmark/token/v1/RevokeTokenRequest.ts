// Original file: proto/mintmark/token/v1/token.proto


export interface RevokeTokenRequest {
  'token'?: (string);
  /**
   * RFC 7009 §2.1; there is one type of token, so it changes nothing.
   */
  'tokenTypeHint'?: (string);
  /**
   * Who asks, proved as of IssueToken.
   */
  'clientAssertionType'?: (string);
  'clientAssertion'?: (string);
  'clientId'?: (string);
}

export interface RevokeTokenRequest__Output {
  'token': (string);
  /**
   * RFC 7009 §2.1; there is one type of token, so it changes nothing.
   */
  'tokenTypeHint': (string);
  /**
   * Who asks, proved as of IssueToken.
   */
  'clientAssertionType': (string);
  'clientAssertion': (string);
  'clientId': (string);
}
