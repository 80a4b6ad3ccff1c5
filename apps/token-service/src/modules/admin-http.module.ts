import { Module, type DynamicModule } from '@nestjs/common';
import { APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { VerifierModule, type VerifierModuleOptions } from '@mintmark/verifier-nest';
import { Administrations } from '../core/administration/administrations.ts';
import { Inspection } from '../core/administration/inspection.ts';
import { AuditController } from '../transport/admin/http/audit.controller.ts';
import { ClientsController } from '../transport/admin/http/clients.controller.ts';
import { KeysController } from '../transport/admin/http/keys.controller.ts';
import { OpenApiController } from '../transport/admin/http/openapi.controller.ts';
import { RegistryController } from '../transport/admin/http/registry.controller.ts';
import { RevocationsController } from '../transport/admin/http/revocations.controller.ts';
import { RefuseUnread } from '../transport/admin/refuse-unread.ts';
import { schemaValidation } from '../transport/admin/schema-validation.ts';
import type { AdministrationParts } from './administration-parts.ts';

type Parts = Pick<AdministrationParts, 'administrations' | 'inspection'>;

@Module({})
export class AdminHttpModule {
  static serving({ administrations, inspection }: Parts, verifier: VerifierModuleOptions): DynamicModule {
    return {
      module: AdminHttpModule,
      imports: [VerifierModule.forRoot(verifier)],
      controllers: [
        ClientsController,
        RegistryController,
        KeysController,
        AuditController,
        RevocationsController,
        OpenApiController,
      ],
      providers: [
        { provide: Administrations, useValue: administrations },
        { provide: Inspection, useValue: inspection },
        { provide: APP_PIPE, useFactory: schemaValidation },
        { provide: APP_INTERCEPTOR, useClass: RefuseUnread },
      ],
    };
  }
}
