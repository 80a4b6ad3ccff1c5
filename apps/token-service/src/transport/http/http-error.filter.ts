import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestError } from '../../core/model/errors.ts';
import type { RequestLog } from '../request-log.ts';
import { RETRY_AFTER_SECONDS, SAY_LESS, toOutwardError } from '../request-errors.ts';

/** Which methods each path of a listener takes, as `Allow` says it (RFC 9110 §10.2.1). */
export type AllowedMethods = ReadonlyMap<string, string>;

/** Answers every failed request in the form of RFC 6749 §5.2, plus our `code` and the `request_id` that finds the log line. */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  readonly #log: RequestLog;
  readonly #allowed: AllowedMethods;

  constructor(log: RequestLog, allowed: AllowedMethods) {
    this.#log = log;
    this.#allowed = allowed;
  }

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const allow = this.#allowed.get(request.url.split('?', 1)[0] ?? '');
    const error = thrown instanceof HttpException ? fromFramework(thrown, allow) : thrown;
    this.#log.failed(request.id, error);
    const { code, mapping, description } = toOutwardError(error);
    void reply.code(mapping.http).headers({ 'cache-control': 'no-store', 'x-request-id': request.id });
    if (mapping.http === 401) void reply.header('www-authenticate', 'Basic realm="mintmark", charset="UTF-8"');
    if (code === 'METHOD_NOT_ALLOWED') void reply.header('allow', allow);
    if (mapping.retryable) void reply.header('retry-after', String(RETRY_AFTER_SECONDS));
    void reply.send({
      error: mapping.oauth,
      error_description: toDescription(description),
      code,
      request_id: request.id,
    });
  }
}

/** What Nest and Fastify refuse before a controller sees it. */
function fromFramework(thrown: HttpException, allow: string | undefined): RequestError {
  switch (thrown.getStatus()) {
    case 404:
      return allow === undefined
        ? new RequestError('NOT_FOUND', 'There is nothing at this path.')
        : new RequestError('METHOD_NOT_ALLOWED', `This path takes ${allow} alone.`);
    case 413:
      return new RequestError('REQUEST_TOO_LARGE', `The body is larger than 16 KiB. ${SAY_LESS}`);
    case 415:
      return new RequestError('CONTENT_TYPE_UNSUPPORTED', 'Send the body as application/x-www-form-urlencoded.');
    case 503:
      return new RequestError('STOPPING', 'The service is stopping. Retry elsewhere.');
    default:
      return new RequestError('REQUEST_MALFORMED', 'The HTTP request could not be read.', { cause: thrown.message });
  }
}

/** RFC 6749 §5.2 allows printable ASCII without `"` and `\`. */
function toDescription(text: string): string {
  return text.replaceAll('"', "'").replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?');
}
