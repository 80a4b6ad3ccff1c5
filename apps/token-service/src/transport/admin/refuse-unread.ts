import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { RequestError } from '../../core/model/errors.ts';

const SHOWN = 5;

/**
 * Refuses what the handler of a request does not look at: of whoever writes `?plan=true` where only the body is read, nothing
 * may be done. What it does look at has a schema.
 */
@Injectable()
export class RefuseUnread implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { query, body } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!reads(context, RouteParamtypes.QUERY)) demandNothing('query', query);
    if (!reads(context, RouteParamtypes.BODY)) demandNothing('body', body);
    return next.handle();
  }
}

/** Nest keeps the parameters of a handler by `<where from>:<index>`. */
function reads(context: ExecutionContext, from: RouteParamtypes): boolean {
  const [controller, handler] = [context.getClass(), context.getHandler().name];
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) ?? {}) as object;
  return Object.keys(parameters).some((parameter) => parameter.startsWith(`${from}:`));
}

function demandNothing(place: 'query' | 'body', given: unknown): void {
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  const names = isObject ? Object.keys(given) : [];
  if (given === undefined || given === null || (isObject && names.length === 0)) return;
  const what = isObject ? names.slice(0, SHOWN).join(', ') : 'it';
  throw new RequestError('PARAMETER_INVALID', `Nothing is read from the ${place} of this request. Leave out ${what}.`);
}
