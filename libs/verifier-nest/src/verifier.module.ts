import {
  Inject,
  Module,
  type DynamicModule,
  type FactoryProvider,
  type ModuleMetadata,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AccessFilter } from './access.filter.ts';
import { AccessGuard } from './access.guard.ts';
import { DeclarationCheck } from './declaration-check.ts';
import { DenialLog } from './denial-log.ts';
import { GrpcGate } from './grpc-gate.ts';
import { HttpGate } from './http-gate.ts';
import { VERIFIER_OPTIONS, type VerifierModuleOptions } from './options.ts';

export interface VerifierModuleAsyncOptions
  extends Pick<ModuleMetadata, 'imports'>, Pick<FactoryProvider<VerifierModuleOptions>, 'inject' | 'useFactory'> {}

/**
 * Verifies every call, HTTP and gRPC, and refuses each that its handler has not declared open.
 *
 *     @Module({ imports: [VerifierModule.forRoot({ verifier })], controllers: [StockController] })
 */
@Module({})
export class VerifierModule implements OnApplicationShutdown {
  readonly #options: VerifierModuleOptions;

  constructor(@Inject(VERIFIER_OPTIONS) options: VerifierModuleOptions) {
    this.#options = options;
  }

  static forRoot(options: VerifierModuleOptions): DynamicModule {
    return moduleWith({ provide: VERIFIER_OPTIONS, useValue: options });
  }

  static forRootAsync({ imports, inject, useFactory }: VerifierModuleAsyncOptions): DynamicModule {
    const provider: Provider = { provide: VERIFIER_OPTIONS, useFactory, ...(inject ? { inject } : {}) };
    return { ...moduleWith(provider), ...(imports ? { imports } : {}) };
  }

  onApplicationShutdown(): void {
    this.#options.verifier.close();
  }
}

function moduleWith(options: Provider): DynamicModule {
  return {
    module: VerifierModule,
    global: true,
    providers: [
      options,
      DenialLog,
      DeclarationCheck,
      GrpcGate,
      HttpGate,
      AccessGuard,
      { provide: APP_GUARD, useExisting: AccessGuard },
      { provide: APP_FILTER, useClass: AccessFilter },
    ],
    // Guards named by decorators are made in the module of their controller, and find what they need here.
    exports: [VERIFIER_OPTIONS, DenialLog],
  };
}
