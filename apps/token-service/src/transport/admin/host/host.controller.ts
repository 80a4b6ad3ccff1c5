import { Body, Controller, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Bootstrap } from '../../../core/administration/bootstrap.ts';
import { HostSecret } from '../../../core/administration/host-secret.ts';
import { BootstrapBody, ClientIdParameter, type NewSecretBody } from '../http/client.schema.ts';
import { toWire } from '../to-wire.ts';

/** Verbs of the host: whoever may use the socket may use them, and it is only its owner who may. */
@Controller('host/v1')
export class HostController {
  readonly #bootstrap: Bootstrap;
  readonly #hostSecret: HostSecret;

  constructor(@Inject(Bootstrap) bootstrap: Bootstrap, @Inject(HostSecret) hostSecret: HostSecret) {
    this.#bootstrap = bootstrap;
    this.#hostSecret = hostSecret;
  }

  @Post('bootstrap')
  async bootstrap(
    @Body({ schema: BootstrapBody }) { operator }: BootstrapBody,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<NewSecretBody> {
    return toWire(await this.#bootstrap.execute(operator, requestId));
  }

  @Post('clients/:id/secrets')
  async secret(
    @Param('id', { schema: ClientIdParameter }) clientId: string,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<NewSecretBody> {
    return toWire(await this.#hostSecret.execute(clientId, requestId));
  }
}
