import type { IssuerErrorCode } from '@mintmark/contract';

/**
 * A request that was denied or failed. The message goes to the caller and says how to mend it;
 * `facts` stay in the log, under the same request id.
 */
export class RequestError extends Error {
  readonly code: IssuerErrorCode;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: IssuerErrorCode, message: string, facts: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.facts = facts;
  }
}
