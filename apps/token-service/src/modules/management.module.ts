import { Module, type DynamicModule } from '@nestjs/common';
import { HealthController } from '../transport/operations/health.controller.ts';
import { Readiness } from '../transport/operations/readiness.ts';

@Module({})
export class ManagementModule {
  static serving(parts: { readiness: Readiness }): DynamicModule {
    return {
      module: ManagementModule,
      controllers: [HealthController],
      providers: [{ provide: Readiness, useValue: parts.readiness }],
    };
  }
}
