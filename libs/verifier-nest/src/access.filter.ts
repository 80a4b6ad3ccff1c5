import type { EventEmitter } from 'node:events';
import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { of, throwError, type Observable } from 'rxjs';
import { RpcRefusedException } from './refused.ts';

/** Ends a refused gRPC call with its status. */
@Catch(RpcRefusedException)
export class AccessFilter implements ExceptionFilter<RpcRefusedException> {
  catch(refused: RpcRefusedException, host: ArgumentsHost): Observable<unknown> {
    const [first, second] = host.getArgs<unknown[]>();
    if (!isStreamCall(first, second)) return throwError(() => refused.status);
    // Of a @GrpcStreamCall handler Nest awaits the result in a promise nobody holds: a rejection there would end the process.
    first.emit('error', refused.status);
    return of(undefined);
  }
}

/** `(call)` or `(call, callback)`, as @GrpcStreamCall handlers get it; others get `(message, metadata, call)`. */
function isStreamCall(first: unknown, second: unknown): first is EventEmitter {
  return (second === undefined || typeof second === 'function') && typeof (first as EventEmitter)?.emit === 'function';
}
