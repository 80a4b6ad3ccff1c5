// Original file: proto/mintmark/token/v1/token.proto

import type { Confirmation as _mintmark_token_v1_Confirmation, Confirmation__Output as _mintmark_token_v1_Confirmation__Output } from '../../../mintmark/token/v1/Confirmation.ts';

export interface IntrospectTokenResponse {
  /**
   * If false, nothing else is said.
   */
  'active'?: (boolean);
  /**
   * "Bearer", or "DPoP" for a token bound to a DPoP key.
   */
  'tokenType'?: (string);
  'iss'?: (string);
  'sub'?: (string);
  'clientId'?: (string);
  'aud'?: (string);
  'scope'?: (string);
  /**
   * NumericDates.
   */
  'iat'?: (number | string);
  'exp'?: (number | string);
  'jti'?: (string);
  'cnf'?: (_mintmark_token_v1_Confirmation | null);
}

export interface IntrospectTokenResponse__Output {
  /**
   * If false, nothing else is said.
   */
  'active': (boolean);
  /**
   * "Bearer", or "DPoP" for a token bound to a DPoP key.
   */
  'tokenType': (string);
  'iss': (string);
  'sub': (string);
  'clientId': (string);
  'aud': (string);
  'scope': (string);
  /**
   * NumericDates.
   */
  'iat': (number);
  'exp': (number);
  'jti': (string);
  'cnf': (_mintmark_token_v1_Confirmation__Output | null);
}
