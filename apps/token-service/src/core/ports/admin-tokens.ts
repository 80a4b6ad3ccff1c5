export interface AdminToken {
  readonly jti: string;
  readonly clientId: string;
  readonly expiresAt: Date;
  /** `tokenDigest` of it. */
  readonly digest: string;
}

/** Record of the admin tokens that were issued: one that is well signed and not in it, byte for byte, was not made by us. */
export interface AdminTokens {
  /** Resolves when it is durable. */
  record(token: AdminToken): Promise<void>;
  /** `undefined` if it was never issued, or recorded by a version that kept no digests. */
  find(jti: string): Promise<AdminToken | undefined>;
}
