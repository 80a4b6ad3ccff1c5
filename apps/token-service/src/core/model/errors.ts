import type { AdminErrorCode, IssuerErrorCode } from '@mintmark/contract';

/**
 * A request that was denied or failed. The message goes to the caller and says how to mend it, with `told` where words are not
 * enough; `facts` stay in the log, under the same request id.
 */
export class RequestError extends Error {
  readonly code: IssuerErrorCode | AdminErrorCode;
  readonly facts: Facts;
  readonly told: Facts;

  constructor(code: RequestError['code'], message: string, facts: Facts = {}, told: Facts = {}) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.facts = facts;
    this.told = told;
  }
}

/** Decided before anything was done. */
export function isRefusal(error: unknown): error is RequestError {
  return error instanceof RequestError && error.code !== 'STORAGE_UNAVAILABLE';
}

type Facts = Readonly<Record<string, unknown>>;
