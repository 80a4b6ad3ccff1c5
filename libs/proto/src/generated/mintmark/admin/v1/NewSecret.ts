// Original file: proto/mintmark/admin/v1/admin.proto


export interface NewSecret {
  'clientId'?: (string);
  /**
   * Absent in a plan.
   */
  'secretId'?: (string);
  /**
   * In this answer and nowhere else, ever; absent in a plan.
   */
  'secret'?: (string);
  'createdAt'?: (string);
  'expiresAt'?: (string);
  'expiresOthersAt'?: (string);
  '_secretId'?: "secretId";
  '_secret'?: "secret";
  '_expiresAt'?: "expiresAt";
  '_expiresOthersAt'?: "expiresOthersAt";
}

export interface NewSecret__Output {
  'clientId': (string);
  /**
   * Absent in a plan.
   */
  'secretId'?: (string);
  /**
   * In this answer and nowhere else, ever; absent in a plan.
   */
  'secret'?: (string);
  'createdAt': (string);
  'expiresAt'?: (string);
  'expiresOthersAt'?: (string);
  '_secretId'?: "secretId";
  '_secret'?: "secret";
  '_expiresAt'?: "expiresAt";
  '_expiresOthersAt'?: "expiresOthersAt";
}
