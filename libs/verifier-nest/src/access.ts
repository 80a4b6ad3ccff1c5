import 'reflect-metadata';
import { requireScopes, type Caller, type Verdict } from '@mintmark/verifier';
import type { StreamPolicy } from '@mintmark/verifier-grpc';

/** What a handler asks of its caller. */
export interface Access {
  readonly public: boolean;
  /** All of these. */
  readonly scopes: readonly string[];
  /** One of each list. */
  readonly clients: readonly (readonly string[])[];
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- what a decorator or an execution context names; Nest types it so
export type Target = Function;

const ACCESS = Symbol('mintmark:access');
const STREAM_POLICY = Symbol('mintmark:stream-policy');

const NOTHING: Access = { public: false, scopes: [], clients: [] };

/** Adds to what a class or method has declared so far. */
export function declareAccess(target: Target, addition: Partial<Access>): void {
  const before = declaredOn(target) ?? NOTHING;
  const after = { ...before, ...addition };
  if (after.public && (after.scopes.length > 0 || after.clients.length > 0)) {
    throw new TypeError(`${target.name} is declared @Public and restricted at once: keep one of the two`);
  }
  Reflect.defineMetadata(ACCESS, after, target);
}

/** A class is bound by what the class it extends asks of callers. It is not opened by it: what is added to it would be open unsaid. */
export function declaredOn(target: Target): Access | undefined {
  const own = Reflect.getOwnMetadata(ACCESS, target) as Access | undefined;
  if (own) return own;
  const inherited = Reflect.getMetadata(ACCESS, target) as Access | undefined;
  return inherited?.public ? undefined : inherited;
}

/** A method's own word counts first; restrictions of its class are added to its own. `undefined`: neither has declared anything. */
export function accessTo(handler: Target, controller: Target): Access | undefined {
  const own = declaredOn(handler);
  const shared = declaredOn(controller);
  if (!own || !shared) return own ?? shared;
  if (own.public) return own;
  return {
    public: false,
    scopes: [...new Set([...shared.scopes, ...own.scopes])],
    clients: [...shared.clients, ...own.clients],
  };
}

export function declareStreamPolicy(target: Target, policy: StreamPolicy): void {
  Reflect.defineMetadata(STREAM_POLICY, policy, target);
}

/** Not inherited from another class either, for the same reason. */
export function streamPolicyOf(handler: Target, controller: Target): StreamPolicy {
  const [own, shared] = [handler, controller].map((target) => Reflect.getOwnMetadata(STREAM_POLICY, target) as unknown);
  const policy = own ?? shared;
  return policy === 'at-open' ? 'at-open' : 'until-expiry';
}

/** Whether this caller may; a handler that declares nothing is open to nobody. */
export function authorise(access: Access | undefined, caller: Caller): Verdict {
  if (!access) return { ok: false, code: 'SCOPE_INSUFFICIENT' };
  if (!access.clients.every((allowed) => allowed.includes(caller.clientId))) {
    return { ok: false, code: 'CLIENT_NOT_ALLOWED' };
  }
  return requireScopes(caller, access.scopes);
}
