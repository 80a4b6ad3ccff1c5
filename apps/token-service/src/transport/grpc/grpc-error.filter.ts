import { Catch, type ArgumentsHost, type RpcExceptionFilter } from '@nestjs/common';
import type { Metadata, StatusObject } from '@grpc/grpc-js';
import { ERROR_DOMAIN, GRPC_STATUS } from '@mintmark/contract';
import { statusWithDetails } from '@mintmark/proto';
import { throwError, type Observable } from 'rxjs';
import type { RequestLog } from '../request-log.ts';
import { RETRY_AFTER_SECONDS, toOutwardError } from '../request-errors.ts';
import { requestIdOf } from './request-id.ts';

/** A gRPC status travels in a trailer, and those are small. */
export const MAX_TOLD_CHARACTERS = 3_000;

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
    return throwError(() => statusOfError(error, { request_id: requestId, ...this.told(error) }));
  }

  /** More for the metadata of ErrorInfo. */
  protected told(_error: unknown): Readonly<Record<string, string>> {
    return {};
  }
}

/** @param metadata of ErrorInfo */
export function statusOfError(error: unknown, metadata: Readonly<Record<string, string>>): StatusObject {
  const { code, mapping, description } = toOutwardError(error);
  return statusWithDetails({
    status: GRPC_STATUS[mapping.grpc],
    message: description.slice(0, MAX_TOLD_CHARACTERS),
    reason: code,
    domain: ERROR_DOMAIN,
    metadata,
    ...(mapping.retryable ? { retryAfterSeconds: RETRY_AFTER_SECONDS } : {}),
  });
}
