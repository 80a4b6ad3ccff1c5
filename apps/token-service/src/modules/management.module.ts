import { Module, type DynamicModule } from '@nestjs/common';
import { HealthController } from '../transport/operations/health.controller.ts';
import { Metrics, MetricsController } from '../transport/operations/metrics.controller.ts';
import { Readiness } from '../transport/operations/readiness.ts';

@Module({})
export class ManagementModule {
  static serving(parts: { readiness: Readiness; metrics: Metrics }): DynamicModule {
    return {
      module: ManagementModule,
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: Readiness, useValue: parts.readiness },
        { provide: Metrics, useValue: parts.metrics },
      ],
    };
  }
}
