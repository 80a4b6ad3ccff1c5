/** What is known to be revoked at this moment; asked at every use of a token, cached or not. */
export interface Revocations {
  statusOf(token: RevocableToken): 'clear' | 'revoked' | 'unknown';
}

export interface RevocableToken {
  readonly tokenId: string;
  readonly clientId: string;
  readonly kid: string;
}

/** Where no revocations are distributed, tokens live until they expire or their key is removed. */
export const NO_REVOCATIONS: Revocations = { statusOf: () => 'clear' };
