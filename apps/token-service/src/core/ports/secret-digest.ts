/** Keyed digests of client secrets (HMAC-SHA-256), so that a stolen table alone does not let anyone test guesses. */
export interface SecretDigest {
  /** Names the key, with its version, that `digest` uses; to be stored beside the digest. */
  readonly keyId: string;
  /** 32 bytes, under the current key. */
  digest(secret: string): Buffer;
  /** 32 bytes under the named key; `undefined` if this process does not hold that key. */
  digestWith(keyId: string, secret: string): Buffer | undefined;
}
