import { randomUUID } from 'node:crypto';
import { HttpRefusedException } from '@mintmark/verifier-nest';
import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { throwError, type Observable } from 'rxjs';
import { failureOf, type Failure } from './failure.ts';
import { grpcStatusOf } from './grpc/status.ts';
import { sendFailure } from './http/send-failure.ts';
import { LOGGER } from './logger.ts';

/** Every error of both protocols leaves through here, in one shape. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  readonly #logger: Logger;

  constructor(@Inject(LOGGER) logger: Logger) {
    this.#logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): Observable<never> | undefined {
    return host.getType() === 'http' ? this.#http(error, host) : this.#grpc(error);
  }

  #http(error: unknown, host: ArgumentsHost): undefined {
    const { id } = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    // Refusals are finished: the guard has set the headers, and the body is in its final form.
    if (error instanceof HttpRefusedException) void reply.code(error.getStatus()).send(error.getResponse());
    else sendFailure(reply, this.#failure(error, id), id);
  }

  #grpc(error: unknown): Observable<never> {
    if (error instanceof RpcException) return throwError(() => error.getError());
    const requestId = randomUUID();
    return throwError(() => grpcStatusOf(this.#failure(error, requestId), requestId));
  }

  #failure(error: unknown, requestId: string): Failure {
    const failure = failureOf(error);
    if (failure.http === 500) this.#logger.error({ err: error, request_id: requestId }, 'request failed');
    return failure;
  }
}
