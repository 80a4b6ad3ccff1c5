import { MANAGEMENT_ROUTES } from '@mintmark/contract';
import { Public } from '@mintmark/verifier-nest';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Readiness } from '../readiness.ts';

@Controller()
@Public()
export class HealthController {
  readonly #readiness: Readiness;

  constructor(@Inject(Readiness) readiness: Readiness) {
    this.#readiness = readiness;
  }

  @Get(MANAGEMENT_ROUTES.live)
  live() {
    return { status: 'live' };
  }

  @Get(MANAGEMENT_ROUTES.ready)
  ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const reason = this.#readiness.whyNot();
    if (!reason) return { status: 'ready' };
    void reply.code(503);
    return { status: 'not ready', reason };
  }
}
