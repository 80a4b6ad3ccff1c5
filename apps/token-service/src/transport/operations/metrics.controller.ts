import { Controller, Get, Header, Inject } from '@nestjs/common';
import { MANAGEMENT_ROUTES } from '@mintmark/contract';

/** Where the figures of this process are collected. */
export abstract class Metrics {
  /** All of them now, in the text format of Prometheus 0.0.4. */
  abstract collect(): Promise<string>;
}

/** On the management listener alone. */
@Controller()
export class MetricsController {
  readonly #metrics: Metrics;

  constructor(@Inject(Metrics) metrics: Metrics) {
    this.#metrics = metrics;
  }

  @Get(MANAGEMENT_ROUTES.metrics)
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): Promise<string> {
    return this.#metrics.collect();
  }
}
