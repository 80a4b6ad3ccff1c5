import { Catch, HttpException } from '@nestjs/common';
import { HttpRefusedException } from '@mintmark/verifier-nest';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestError } from '../../../core/model/errors.ts';
import { HttpErrorFilter } from '../../http/http-error.filter.ts';
import { DECLARE_LESS, RETRY_AFTER_SECONDS, toOutwardError } from '../../request-errors.ts';
import type { RequestLog } from '../../request-log.ts';
import { toWire } from '../to-wire.ts';

/** Answers failed requests of the admin API in the form of the token endpoint, with what an operator needs to mend them. */
@Catch()
export class AdminErrorFilter extends HttpErrorFilter {
  readonly #requests: RequestLog;

  constructor(log: RequestLog) {
    super(log, new Map());
    this.#requests = log;
  }

  override answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    // The guard has set the headers, and logs by itself.
    if (thrown instanceof HttpRefusedException) return void reply.code(thrown.refusal.status).send(thrown.refusal.body);
    const error = thrown instanceof HttpException ? fromFramework(thrown) : thrown;
    this.#requests.failed(request.id, error);
    const { code, mapping, description } = toOutwardError(error);
    // The answer of a handler may have another type, and Nest has set it by now.
    void reply
      .code(mapping.http)
      .type('application/json')
      .headers({ 'cache-control': 'no-store', 'x-request-id': request.id });
    if (mapping.retryable) void reply.header('retry-after', String(RETRY_AFTER_SECONDS));
    void reply.send({
      error: mapping.oauth,
      error_description: description,
      code,
      request_id: request.id,
      ...(error instanceof RequestError ? toWire(error.told) : {}),
    });
  }
}

/** What Nest and Fastify refuse before a controller sees it. */
function fromFramework(thrown: HttpException): RequestError {
  switch (thrown.getStatus()) {
    case 404:
      return new RequestError('NOT_FOUND', 'There is nothing at this path. See /admin/v1/openapi.json.');
    case 413:
      return new RequestError('REQUEST_TOO_LARGE', `The body is larger than 24 MiB. ${DECLARE_LESS}`);
    case 415:
      return new RequestError('CONTENT_TYPE_UNSUPPORTED', 'Send the body as application/json.');
    case 503:
      return new RequestError('STOPPING', 'The service is stopping. Retry elsewhere.');
    default:
      return new RequestError('REQUEST_MALFORMED', 'The request could not be read: JSON is expected.', {
        cause: thrown.message,
      });
  }
}
