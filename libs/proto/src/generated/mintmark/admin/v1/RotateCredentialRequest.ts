// Original file: proto/mintmark/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface RotateCredentialRequest {
  'clientId'?: (string);
  /**
   * How long the other secrets go on; absent: until they are expired.
   */
  'expireOthersAfterSeconds'?: (number | string | Long);
  'plan'?: (boolean);
  /**
   * Of the secret whose place the new one takes at once; absent: none's.
   */
  'replaceSecretId'?: (string);
  '_expireOthersAfterSeconds'?: "expireOthersAfterSeconds";
  '_replaceSecretId'?: "replaceSecretId";
}

export interface RotateCredentialRequest__Output {
  'clientId': (string);
  /**
   * How long the other secrets go on; absent: until they are expired.
   */
  'expireOthersAfterSeconds'?: (number);
  'plan': (boolean);
  /**
   * Of the secret whose place the new one takes at once; absent: none's.
   */
  'replaceSecretId'?: (string);
  '_expireOthersAfterSeconds'?: "expireOthersAfterSeconds";
  '_replaceSecretId'?: "replaceSecretId";
}
