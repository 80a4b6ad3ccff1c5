export interface Ids {
  /** 128 random bits, base64url: 22 characters. */
  next(): string;
}
