import { Catch, type ArgumentsHost, type RpcExceptionFilter } from '@nestjs/common';
import type { Metadata } from '@grpc/grpc-js';
import { ERROR_DOMAIN, GRPC_STATUS } from '@mintmark/contract';
import { statusWithDetails } from '@mintmark/proto';
import { throwError, type Observable } from 'rxjs';
import type { RequestLog } from '../request-log.ts';
import { RETRY_AFTER_SECONDS, toOutwardError } from '../request-errors.ts';
import { requestIdOf } from './request-id.ts';

/** Answers every failed call with google.rpc.ErrorInfo, and RetryInfo where a retry makes sense. */
@Catch()
export class GrpcErrorFilter implements RpcExceptionFilter {
  readonly #log: RequestLog;

  constructor(log: RequestLog) {
    this.#log = log;
  }

  catch(error: unknown, host: ArgumentsHost): Observable<never> {
    const requestId = requestIdOf(host.switchToRpc().getContext<Metadata>());
    this.#log.failed(requestId, error);
    const { code, mapping, description } = toOutwardError(error);
    return throwError(() =>
      statusWithDetails({
        status: GRPC_STATUS[mapping.grpc],
        message: description,
        reason: code,
        domain: ERROR_DOMAIN,
        metadata: { request_id: requestId },
        ...(mapping.retryable ? { retryAfterSeconds: RETRY_AFTER_SECONDS } : {}),
      }),
    );
  }
}
