import type { RequestError } from '../model/errors.ts';

/** Is told of every request for a token, when it has been decided. For figures: it decides nothing. */
export interface IssuanceObserver {
  issued(): void;
  /** @param code INTERNAL for a fault of ours */
  denied(code: RequestError['code']): void;
}
