// Original file: proto/mintmark/token/v1/token.proto


export interface IssueTokenRequest {
  /**
   * Bare id of the resource.
   */
  'audience'?: (string);
  /**
   * Absolute URI of the resource (RFC 8707).
   */
  'resource'?: (string);
  /**
   * Wanted scopes; none means all that policy grants there.
   */
  'scope'?: (string)[];
  /**
   * RFC 7521 §4.2.
   */
  'clientAssertionType'?: (string);
  'clientAssertion'?: (string);
  /**
   * Whom the client says it is: needed beside a certificate, optional beside anything else.
   */
  'clientId'?: (string);
  /**
   * The one resource the token is for. May be absent if policy grants the client exactly one.
   */
  'target'?: "audience"|"resource";
}

export interface IssueTokenRequest__Output {
  /**
   * Bare id of the resource.
   */
  'audience'?: (string);
  /**
   * Absolute URI of the resource (RFC 8707).
   */
  'resource'?: (string);
  /**
   * Wanted scopes; none means all that policy grants there.
   */
  'scope': (string)[];
  /**
   * RFC 7521 §4.2.
   */
  'clientAssertionType': (string);
  'clientAssertion': (string);
  /**
   * Whom the client says it is: needed beside a certificate, optional beside anything else.
   */
  'clientId': (string);
  /**
   * The one resource the token is for. May be absent if policy grants the client exactly one.
   */
  'target'?: "audience"|"resource";
}
