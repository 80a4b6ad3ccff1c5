import { Body, Controller, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import { Caller, RequireScope } from '@mintmark/verifier-nest';
import type { FastifyRequest } from 'fastify';
import { Administrations } from '../../../core/administration/administrations.ts';
import { Inspection } from '../../../core/administration/inspection.ts';
import { operatorOf } from '../operator-of.ts';
import { toWire } from '../to-wire.ts';
import { RevokeBody, type RevocationBody, type RevocationListBody } from './revocation.schema.ts';
import { PageQuery, toPageRequest } from './wire-parts.schema.ts';

@Controller('admin/v1/revocations')
export class RevocationsController {
  readonly #administrations: Administrations;
  readonly #inspection: Inspection;

  constructor(@Inject(Administrations) administrations: Administrations, @Inject(Inspection) inspection: Inspection) {
    this.#administrations = administrations;
    this.#inspection = inspection;
  }

  @Get()
  @RequireScope('tokens:revoke')
  async list(@Query({ schema: PageQuery }) query: PageQuery): Promise<RevocationListBody> {
    const { items, nextCursor } = await this.#inspection.revocations(toPageRequest(query));
    return { revocations: toWire(items), next_cursor: nextCursor };
  }

  @Post()
  @HttpCode(200)
  @RequireScope('tokens:revoke')
  async revoke(
    @Body({ schema: RevokeBody }) { plan, ...request }: RevokeBody,
    @Caller() caller: Caller,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<RevocationBody> {
    return toWire(await this.#administrations.for({ plan }).revoke(request, operatorOf(caller, requestId)));
  }
}
