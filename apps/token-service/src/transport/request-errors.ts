import { ERRORS, type ErrorMapping } from '@mintmark/contract';
import { RequestError } from '../core/model/errors.ts';

/** Seconds a caller should wait before trying again what we could not do just now. */
export const RETRY_AFTER_SECONDS = 1;

/** How to mend a request that is too large: at the public listeners, and at those of the admin API. */
export const SAY_LESS = 'Name fewer scopes, or send a shorter assertion: 8 KiB are taken.';
export const DECLARE_LESS =
  'A declaration has at most 16 MiB: check that it is the right file, or declare fewer clients in it.';

/** What the caller is told: the one place where errors of both transports get their outward form. */
export interface OutwardError {
  readonly code: RequestError['code'];
  readonly mapping: ErrorMapping;
  readonly description: string;
}

/** Anything that is not a RequestError is a fault of ours: the caller learns nothing of it but the request id. */
export function toOutwardError(error: unknown): OutwardError {
  const { code, message } =
    error instanceof RequestError
      ? error
      : new RequestError('INTERNAL', 'The request failed inside the token service.');
  return { code, mapping: ERRORS[code], description: message };
}
