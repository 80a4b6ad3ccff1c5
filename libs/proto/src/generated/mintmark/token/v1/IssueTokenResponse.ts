// Original file: proto/mintmark/token/v1/token.proto

import type { Long } from '@grpc/proto-loader';

export interface IssueTokenResponse {
  'accessToken'?: (string);
  /**
   * "Bearer", or "DPoP" for a token bound to a DPoP key.
   */
  'tokenType'?: (string);
  /**
   * Seconds until the token expires.
   */
  'expiresIn'?: (number | string | Long);
  'scope'?: (string)[];
}

export interface IssueTokenResponse__Output {
  'accessToken': (string);
  /**
   * "Bearer", or "DPoP" for a token bound to a DPoP key.
   */
  'tokenType': (string);
  /**
   * Seconds until the token expires.
   */
  'expiresIn': (number);
  'scope': (string)[];
}
