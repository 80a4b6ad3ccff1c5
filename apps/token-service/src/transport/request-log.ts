import type { Logger } from 'pino';
import { RequestError } from '../core/model/errors.ts';

/** What went wrong, in full, under the request id the caller was given. Holds no token, secret or assertion. */
export class RequestLog {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  failed(requestId: string, error: unknown): void {
    if (error instanceof RequestError && error.code !== 'INTERNAL') {
      this.#logger.info({ requestId, code: error.code, ...error.facts }, 'request denied');
    } else {
      this.#logger.error({ requestId, err: error }, 'request failed');
    }
  }
}
