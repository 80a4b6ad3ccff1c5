import type { ServerInterceptor } from '@grpc/grpc-js';
import { verifierInterceptor, type MethodAccess } from '@mintmark/verifier-grpc';
import { Inject, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ServerGrpc, type GrpcOptions } from '@nestjs/microservices';
import { accessTo, streamPolicyOf } from './access.ts';
import { DenialLog } from './denial-log.ts';
import { grpcPatternsOf, handlersOf, type Handler } from './handlers.ts';
import { VERIFIER_OPTIONS, type VerifierModuleOptions } from './options.ts';

/**
 * Puts the verifying interceptor in front of every gRPC server of the application, first in its list. A server it could not
 * reach has calls without a caller, which the guard refuses.
 */
@Injectable()
export class GrpcGate {
  constructor(
    @Inject(VERIFIER_OPTIONS) options: VerifierModuleOptions,
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(DenialLog) log: DenialLog,
  ) {
    const interceptor = verifierInterceptor({
      verifier: options.verifier,
      methods: methodLookup(handlersOf(modules), options.grpcMethods ?? {}),
      ...(options.clock ? { clock: options.clock } : {}),
      onDenied: ({ code, requestId, method }) => log.add({ code, requestId, handler: method }),
    });
    // Nest announces each microservice when it is connected; its server is made later, when it listens.
    modules.getRpcTargetRegistry().subscribe((target: unknown) => {
      if (target instanceof ServerGrpc) install(target, interceptor);
    });
  }
}

function install(server: ServerGrpc, interceptor: ServerInterceptor): void {
  const { options } = server as unknown as { readonly options: GrpcOptions['options'] };
  const others = (options.channelOptions?.interceptors ?? []) as readonly ServerInterceptor[];
  options.channelOptions = { ...options.channelOptions, interceptors: [interceptor, ...others] };
}

function methodLookup(
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
