import { Body, Controller, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Bootstrap } from '../../../core/administration/bootstrap.ts';
import { BootstrapBody, type NewSecretBody } from '../http/client.schema.ts';
import { toWire } from '../to-wire.ts';

/** Verbs of the host: whoever may use the socket may use them, and it is only its owner who may. */
@Controller('host/v1')
export class HostController {
  readonly #bootstrap: Bootstrap;

  constructor(@Inject(Bootstrap) bootstrap: Bootstrap) {
    this.#bootstrap = bootstrap;
  }

  @Post('bootstrap')
  async bootstrap(
    @Body({ schema: BootstrapBody }) { operator }: BootstrapBody,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<NewSecretBody> {
    return toWire(await this.#bootstrap.execute(operator, requestId));
  }
}
