import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { Caller, RequireScope } from '@mintmark/verifier-nest';
import type { FastifyRequest } from 'fastify';
import { Administrations } from '../../../core/administration/administrations.ts';
import { Inspection } from '../../../core/administration/inspection.ts';
import { operatorOf } from '../operator-of.ts';
import { toWire } from '../to-wire.ts';
import {
  ClientActionBody,
  ClientIdParameter,
  CreateClientBody,
  RotateCredentialBody,
  type ClientBody,
  type NewSecretBody,
} from './client.schema.ts';
import { PageQuery, toPageRequest } from './wire-parts.schema.ts';

@Controller('admin/v1/clients')
export class ClientsController {
  readonly #administrations: Administrations;
  readonly #inspection: Inspection;

  constructor(@Inject(Administrations) administrations: Administrations, @Inject(Inspection) inspection: Inspection) {
    this.#administrations = administrations;
    this.#inspection = inspection;
  }

  @Get()
  @RequireScope('registry:read')
  async list(@Query({ schema: PageQuery }) query: PageQuery) {
    const { items, nextCursor } = await this.#inspection.clients(toPageRequest(query));
    return { clients: toWire(items), next_cursor: nextCursor };
  }

  @Get(':id')
  @RequireScope('registry:read')
  async show(@Param('id', { schema: ClientIdParameter }) id: string): Promise<ClientBody> {
    return toWire(await this.#inspection.client(id));
  }

  @Post()
  @RequireScope('registry:write')
  async create(
    @Body({ schema: CreateClientBody }) { plan, ...client }: CreateClientBody,
    @Caller() caller: Caller,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<ClientBody> {
    return toWire(await this.#administrations.for({ plan }).createClient(client, operatorOf(caller, requestId)));
  }

  @Post(':id/disable')
  @HttpCode(200)
  @RequireScope('registry:write')
  async disable(
    @Param('id', { schema: ClientIdParameter }) id: string,
    @Body({ schema: ClientActionBody }) { plan }: ClientActionBody,
    @Caller() caller: Caller,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<ClientBody> {
    return toWire(await this.#administrations.for({ plan }).disableClient(id, operatorOf(caller, requestId)));
  }

  @Post(':id/enable')
  @HttpCode(200)
  @RequireScope('registry:write')
  async enable(
    @Param('id', { schema: ClientIdParameter }) id: string,
    @Body({ schema: ClientActionBody }) { plan }: ClientActionBody,
    @Caller() caller: Caller,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<ClientBody> {
    return toWire(await this.#administrations.for({ plan }).enableClient(id, operatorOf(caller, requestId)));
  }

  @Post(':id/secrets')
  @RequireScope('registry:write')
  async rotateCredential(
    @Param('id', { schema: ClientIdParameter }) clientId: string,
    @Body({ schema: RotateCredentialBody }) { plan, ...body }: RotateCredentialBody,
    @Caller() caller: Caller,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<NewSecretBody> {
    const { expire_others_after_seconds: expireOthersAfterSeconds, replace_secret_id: replaceSecretId } = body;
    const rotation = { clientId, expireOthersAfterSeconds, replaceSecretId };
    return toWire(await this.#administrations.for({ plan }).rotateCredential(rotation, operatorOf(caller, requestId)));
  }
}
