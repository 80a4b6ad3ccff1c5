import { Catch, type ArgumentsHost, type RpcExceptionFilter } from '@nestjs/common';
import type { Metadata } from '@grpc/grpc-js';
import { ERROR_DOMAIN, GRPC_STATUS } from '@mintmark/contract';
import { statusWithDetails } from '@mintmark/proto';
import { throwError, type Observable } from 'rxjs';
import { RequestError } from '../../../core/model/errors.ts';
import { requestIdOf } from '../../grpc/request-id.ts';
import { RETRY_AFTER_SECONDS, toOutwardError } from '../../request-errors.ts';
import type { RequestLog } from '../../request-log.ts';
import { toWire } from '../to-wire.ts';

/** A gRPC status travels in a trailer, and those are small. */
const MAX_TOLD_CHARACTERS = 3_000;

/** Answers failed calls of the admin API; what HTTP has as further members of the body is in the metadata of ErrorInfo. */
@Catch()
export class AdminGrpcErrorFilter implements RpcExceptionFilter {
  readonly #log: RequestLog;

  constructor(log: RequestLog) {
    this.#log = log;
  }

  catch(error: unknown, host: ArgumentsHost): Observable<never> {
    const requestId = requestIdOf(host.switchToRpc().getContext<Metadata>());
    this.#log.failed(requestId, error);
    const { code, mapping, description } = toOutwardError(error);
    const told = error instanceof RequestError ? toldOf(error) : {};
    return throwError(() =>
      statusWithDetails({
        status: GRPC_STATUS[mapping.grpc],
        message: description.slice(0, MAX_TOLD_CHARACTERS),
        reason: code,
        domain: ERROR_DOMAIN,
        metadata: { request_id: requestId, ...told },
        ...(mapping.retryable ? { retryAfterSeconds: RETRY_AFTER_SECONDS } : {}),
      }),
    );
  }
}

/** Values as JSON, but for plain text; lists are cut so that they fit. */
function toldOf({ told }: RequestError): Record<string, string> {
  const entries = Object.entries(toWire(told) as Record<string, unknown>);
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'string' ? value : fitting(value)]));
}

function fitting(value: unknown): string {
  const text = JSON.stringify(value);
  if (text.length <= MAX_TOLD_CHARACTERS || !Array.isArray(value)) return text;
  return fitting(value.slice(0, Math.floor(value.length / 2)));
}
