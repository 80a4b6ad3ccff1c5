import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ManageKeks, type KekStatus, type KekStep } from '../../../core/keys/custody/manage-keks.ts';
import { toWire, type Wire } from '../to-wire.ts';
import { KekActionParameter, KekStepBody } from './kek.schema.ts';

/** Verbs of the host about the keys that encrypt keys: their files are on the host as well. */
@Controller('host/v1/kek')
export class KekController {
  readonly #keks: ManageKeks;

  constructor(@Inject(ManageKeks) keks: ManageKeks) {
    this.#keks = keks;
  }

  @Get()
  async status(): Promise<Wire<KekStatus>> {
    return toWire(await this.#keks.status());
  }

  @Post(':action')
  @HttpCode(200)
  async step(
    @Param('action', { schema: KekActionParameter }) action: KekActionParameter,
    @Body({ schema: KekStepBody }) { kek_id: kekId, after }: KekStepBody,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<Wire<KekStep>> {
    return toWire(await this.#keks.step({ action, kekId, after }, requestId));
  }
}
