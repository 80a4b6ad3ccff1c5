import type { MethodAccess } from '@mintmark/verifier-grpc';
import { accessTo, streamPolicyOf } from './access.ts';
import { grpcPatternsOf, type Handler } from './handlers.ts';

/** What the gate asks for each gRPC method: by its Nest handler, or as `extra` says where there is none. */
export function methodLookup(
  handlers: readonly Handler[],
  extra: Readonly<Record<string, MethodAccess>>,
): (path: string) => MethodAccess | undefined {
  const known = new Map(Object.entries(extra));
  return (path) => {
    if (!known.has(path)) {
      const handler = handlerOf(path, handlers);
      if (handler) known.set(path, accessAtTheGate(handler));
    }
    return known.get(path);
  };
}

/** The gate asks for a token; which scopes it needs is the guard's to check. */
function accessAtTheGate({ method, controller }: Handler): MethodAccess {
  if (accessTo(method, controller)?.public) return 'public';
  return { scopes: [], stream: streamPolicyOf(method, controller) };
}

/** The handler Nest would take for `/package.Service/Method`: patterns name the service with its package or without. */
function handlerOf(path: string, handlers: readonly Handler[]): Handler | undefined {
  const [, service, rpc] = path.split('/');
  if (!service || !rpc) return undefined;
  const named = (matches: (name: string) => boolean): Handler[] =>
    handlers.filter((handler) => grpcPatternsOf(handler).some((p) => p.rpc === rpc && matches(p.service)));
  const short = named((name) => name !== service && service.endsWith(`.${name}`));
  const full = named((name) => name === service);
  const candidates = [...short, ...full];
  // Two that could be meant: neither is opened on the strength of the other.
  return candidates.length === 1 ? candidates[0] : undefined;
}
