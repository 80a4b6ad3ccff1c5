import { Controller, Get, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { OpenEpoch, type EpochStatus } from '../../../core/keys/witness/open-epoch.ts';
import { toWire, type Wire } from '../to-wire.ts';

/** Verbs of the host about a database that was restored from a backup: operators cannot sign in while nothing is signed. */
@Controller('host/v1/keyset')
export class KeysetController {
  readonly #openEpoch: OpenEpoch;

  constructor(@Inject(OpenEpoch) openEpoch: OpenEpoch) {
    this.#openEpoch = openEpoch;
  }

  @Get()
  async status(): Promise<Wire<EpochStatus>> {
    return toWire(await this.#openEpoch.status());
  }

  @Post('open-epoch')
  @HttpCode(200)
  async open(@Req() { id: requestId }: FastifyRequest): Promise<Wire<EpochStatus>> {
    return toWire(await this.#openEpoch.execute(requestId));
  }
}
