/** Proves that what is stored about keys was written by Mintmark: whoever can write to the database cannot make one. */
export interface KeySetSeal {
  /**
   * A MAC, base64url, over the parts, each with its length.
   * @throws SigningProviderError KEY_ENCRYPTION_UNAVAILABLE, KEY_UNREADABLE if its key cannot be opened
   */
  mac(parts: readonly string[]): string;
}
