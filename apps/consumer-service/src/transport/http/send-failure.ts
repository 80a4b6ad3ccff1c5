import type { FastifyReply } from 'fastify';
import type { Failure } from '../failure.ts';

/** The body has the form of the verifier's refusals: `error`, `code`, `error_description`, `request_id`. */
export function sendFailure(reply: FastifyReply, failure: Failure, requestId: string): void {
  if (failure.retryAfterSeconds !== undefined) void reply.header('retry-after', String(failure.retryAfterSeconds));
  void reply.code(failure.http).send({
    error: failure.code.toLowerCase(),
    code: failure.code,
    error_description: failure.message,
    request_id: requestId,
  });
}
