import type { IncomingMessage } from 'node:http';
import { findCaller as findGrpcCaller, type CallSource } from '@mintmark/verifier-grpc';
import { findCaller as findHttpCaller } from '@mintmark/verifier-http';
import type { Caller } from '@mintmark/verifier';
import type { ArgumentsHost } from '@nestjs/common';

/** The request as Fastify and Express hand it to Nest; Fastify keeps node:http's own in `raw`. */
export type HttpRequest = IncomingMessage & { readonly raw?: IncomingMessage; readonly id?: unknown };

export function callerIn(context: ArgumentsHost): Caller | undefined {
  if (context.getType() !== 'http') return rpcCallerIn(context);
  return findHttpCaller(context.switchToHttp().getRequest<HttpRequest>());
}

/** Nest passes (message, metadata, call), or the call alone to a handler that drives the stream itself. */
function rpcCallerIn(context: ArgumentsHost): Caller | undefined {
  for (const argument of context.getArgs<unknown[]>()) {
    if (typeof argument !== 'object' || argument === null) continue;
    const caller = findGrpcCaller(argument as CallSource);
    if (caller) return caller;
  }
  return undefined;
}
