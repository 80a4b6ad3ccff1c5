import { Module, type DynamicModule } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { Bootstrap } from '../core/administration/bootstrap.ts';
import { HostController } from '../transport/admin/host/host.controller.ts';
import { schemaValidation } from '../transport/admin/schema-validation.ts';

@Module({})
export class HostModule {
  static serving(parts: { bootstrap: Bootstrap }): DynamicModule {
    return {
      module: HostModule,
      controllers: [HostController],
      providers: [
        { provide: Bootstrap, useValue: parts.bootstrap },
        { provide: APP_PIPE, useFactory: schemaValidation },
      ],
    };
  }
}
