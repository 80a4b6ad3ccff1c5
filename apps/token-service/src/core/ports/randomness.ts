export interface Randomness {
  /** Bytes fit for secrets. */
  bytes(count: number): Uint8Array;
}
