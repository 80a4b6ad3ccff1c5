import type { Meter } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { Metrics } from '../transport/operations/metrics.controller.ts';

/** The figures of one service: its own meter, so that several services in one process do not mix theirs. */
export class ServiceMetrics extends Metrics {
  readonly meter: Meter;
  readonly #provider: MeterProvider;
  // Served on the management listener, not on a port of its own.
  readonly #reader = new PrometheusExporter({ preventServerStart: true });
  readonly #serializer = new PrometheusSerializer();

  constructor() {
    super();
    this.#provider = new MeterProvider({ readers: [this.#reader] });
    this.meter = this.#provider.getMeter('mintmark.token-service');
  }

  override async collect(): Promise<string> {
    const { resourceMetrics, errors } = await this.#reader.collect();
    if (errors.length > 0) throw new AggregateError(errors, 'metrics could not be collected');
    return this.#serializer.serialize(resourceMetrics);
  }

  stop(): Promise<void> {
    return this.#provider.shutdown();
  }
}
