import { Module, type DynamicModule } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { VerifierModule, type VerifierModuleOptions } from '@mintmark/verifier-nest';
import { Administrations } from '../core/administration/administrations.ts';
import { Inspection } from '../core/administration/inspection.ts';
import { AuditGrpcController } from '../transport/admin/grpc/audit.grpc-controller.ts';
import { ClientsGrpcController } from '../transport/admin/grpc/clients.grpc-controller.ts';
import { KeysGrpcController } from '../transport/admin/grpc/keys.grpc-controller.ts';
import { RegistryGrpcController } from '../transport/admin/grpc/registry.grpc-controller.ts';
import { RevocationsGrpcController } from '../transport/admin/grpc/revocations.grpc-controller.ts';
import { schemaValidation } from '../transport/admin/schema-validation.ts';
import type { AdministrationParts } from './administration-parts.ts';

type Parts = Pick<AdministrationParts, 'administrations' | 'inspection'>;

@Module({})
export class AdminGrpcModule {
  static serving({ administrations, inspection }: Parts, verifier: VerifierModuleOptions): DynamicModule {
    return {
      module: AdminGrpcModule,
      imports: [VerifierModule.forRoot(verifier)],
      controllers: [
        ClientsGrpcController,
        RegistryGrpcController,
        KeysGrpcController,
        AuditGrpcController,
        RevocationsGrpcController,
      ],
      providers: [
        { provide: Administrations, useValue: administrations },
        { provide: Inspection, useValue: inspection },
        { provide: APP_PIPE, useFactory: schemaValidation },
      ],
    };
  }
}
