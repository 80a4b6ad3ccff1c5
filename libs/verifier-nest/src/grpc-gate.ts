import type { ServerInterceptor } from '@grpc/grpc-js';
import { verifierInterceptor } from '@mintmark/verifier-grpc';
import { Inject, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ServerGrpc, type GrpcOptions } from '@nestjs/microservices';
import { DenialLog } from './denial-log.ts';
import { methodLookup } from './grpc-methods.ts';
import { handlersOf } from './handlers.ts';
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
      ...(options.grpcAuthority !== undefined && { authority: options.grpcAuthority }),
      onDenied: ({ method, ...denied }) => log.add({ ...denied, handler: method }),
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
