/** What is known to be revoked at this moment. */
export interface Revocations {
  /** Goes up with every change; a verdict reached under an older one is looked at again. */
  readonly epoch: number;
  statusOf(token: RevocableToken): 'clear' | 'revoked' | 'unknown';
}

export interface RevocableToken {
  readonly tokenId: string;
  readonly clientId: string;
  readonly kid: string;
}

/** Where no revocations are distributed, tokens live until they expire or their key is removed. */
export const NO_REVOCATIONS: Revocations = { epoch: 0, statusOf: () => 'clear' };
