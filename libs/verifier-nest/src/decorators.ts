import { isScopeToken } from '@mintmark/contract';
import type { Caller as VerifiedCaller } from '@mintmark/verifier';
import type { StreamPolicy as Policy } from '@mintmark/verifier-grpc';
import { createParamDecorator, UseFilters, UseGuards } from '@nestjs/common';
import { AccessFilter } from './access.filter.ts';
import { AccessGuard } from './access.guard.ts';
import { declareAccess, declaredOn, declareStreamPolicy, type Access, type Target } from './access.ts';
import { callerIn } from './execution-context.ts';

type AccessDecorator = ClassDecorator & MethodDecorator;

/**
 * Only callers whose token has all of these scopes. On a class: for each of its handlers, in addition to their own.
 * @throws TypeError for text that is no scope (RFC 6749 §3.3)
 */
export function RequireScope(...scopes: [string, ...string[]]): AccessDecorator {
  const wrong = scopes.length === 0 ? '(none)' : scopes.find((scope) => !isScopeToken(scope));
  if (wrong !== undefined) throw new TypeError(`@RequireScope takes scopes, as in 'stock:read'; got: ${wrong}`);
  return access((before) => ({ scopes: [...new Set([...(before?.scopes ?? []), ...scopes])] }));
}

/** Only these clients, by client_id. On a class: for each of its handlers, in addition to their own. */
export function RequireClient(...clientIds: [string, ...string[]]): AccessDecorator {
  if (clientIds.length === 0) throw new TypeError('@RequireClient takes at least one client_id');
  return access((before) => ({ clients: [...(before?.clients ?? []), clientIds] }));
}

/** Open to everybody, without a token; there is no caller then. On a class: for its handlers, not for those of a class that extends it. */
export function Public(): AccessDecorator {
  return access(() => ({ public: true }));
}

/** How long a gRPC stream may last: until its token expires (the default), or as long as it likes once opened. */
export function StreamPolicy(policy: Policy): AccessDecorator {
  return onTarget((target) => declareStreamPolicy(target, policy));
}
export type StreamPolicy = Policy;

/** The verified caller, as a handler's parameter; `undefined` on a public handler. */
export const Caller = createParamDecorator((_data: unknown, context) => callerIn(context));
export type Caller = VerifiedCaller;

/**
 * Each declaration brings the guard and the filter with it, so they are there even where Nest leaves global ones out: a
 * microservice connected without `inheritAppConfig`.
 */
function access(addition: (before: Access | undefined) => Partial<Access>): AccessDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const place = placeOf(target, descriptor);
    const before = declaredOn(place);
    declareAccess(place, addition(before));
    if (before) return;
    for (const enhance of [UseGuards(AccessGuard), UseFilters(AccessFilter)]) {
      if (key !== undefined && descriptor) enhance(target, key, descriptor);
      else enhance(place);
    }
  };
}

function onTarget(declare: (place: Target) => void): AccessDecorator {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor): void =>
    declare(placeOf(target, descriptor));
}

function placeOf(target: object, descriptor: PropertyDescriptor | undefined): Target {
  return (descriptor?.value ?? target) as Target;
}
