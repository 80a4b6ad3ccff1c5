// Original file: proto/mintmark/admin/v1/admin.proto


export interface ClientSecret {
  'id'?: (string);
  'createdAt'?: (string);
  /**
   * Absent: until it is expired.
   */
  'expiresAt'?: (string);
  /**
   * Absent: never yet.
   */
  'lastUsedAt'?: (string);
  '_expiresAt'?: "expiresAt";
  '_lastUsedAt'?: "lastUsedAt";
}

export interface ClientSecret__Output {
  'id': (string);
  'createdAt': (string);
  /**
   * Absent: until it is expired.
   */
  'expiresAt'?: (string);
  /**
   * Absent: never yet.
   */
  'lastUsedAt'?: (string);
  '_expiresAt'?: "expiresAt";
  '_lastUsedAt'?: "lastUsedAt";
}
