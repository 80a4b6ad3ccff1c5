import { Controller, Get, Inject, Res } from '@nestjs/common';
import { MANAGEMENT_ROUTES } from '@mintmark/contract';
import type { FastifyReply } from 'fastify';
import { Readiness } from './readiness.ts';

/** Probes, on the management listener alone. */
@Controller()
export class HealthController {
  readonly #readiness: Readiness;

  constructor(@Inject(Readiness) readiness: Readiness) {
    this.#readiness = readiness;
  }

  @Get(MANAGEMENT_ROUTES.live)
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Ready means: can sign, with one algorithm at least. Those that are sealed are named all the same. */
  @Get(MANAGEMENT_ROUTES.ready)
  ready(@Res() reply: FastifyReply): void {
    const reasons = this.#readiness.reasonsAgainst();
    const sealed = this.#readiness.sealed();
    void reply.code(reasons.length === 0 ? 200 : 503).send({
      status: reasons.length === 0 ? 'ready' : 'not ready',
      ...(reasons.length === 0 ? {} : { reasons }),
      ...(sealed.length === 0 ? {} : { sealed }),
    });
  }
}
