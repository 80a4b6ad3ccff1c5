import { Body, Controller, Get, Header, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import { Caller, RequireScope } from '@mintmark/verifier-nest';
import type { FastifyRequest } from 'fastify';
import { Administrations } from '../../../core/administration/administrations.ts';
import { Inspection } from '../../../core/administration/inspection.ts';
import { operatorOf } from '../operator-of.ts';
import { toWire } from '../to-wire.ts';
import {
  ApplyRegistryBody,
  PlanRegistryBody,
  toRegistryChange,
  type AppliedBody,
  type PlanBody,
} from './registry.schema.ts';
import { PageQuery, toPageRequest } from './wire-parts.schema.ts';

@Controller('admin/v1')
export class RegistryController {
  readonly #administrations: Administrations;
  readonly #inspection: Inspection;

  constructor(@Inject(Administrations) administrations: Administrations, @Inject(Inspection) inspection: Inspection) {
    this.#administrations = administrations;
    this.#inspection = inspection;
  }

  @Get('resources')
  @RequireScope('registry:read')
  async resources(@Query({ schema: PageQuery }) query: PageQuery) {
    const { items, nextCursor } = await this.#inspection.resources(toPageRequest(query));
    return { resources: toWire(items), next_cursor: nextCursor };
  }

  @Get('policies')
  @RequireScope('registry:read')
  async policies(@Query({ schema: PageQuery }) query: PageQuery) {
    const { items, nextCursor } = await this.#inspection.policies(toPageRequest(query));
    return { policies: toWire(items), next_cursor: nextCursor };
  }

  @Post('registry/plan')
  @HttpCode(200)
  @RequireScope('registry:read')
  async plan(
    @Body({ schema: PlanRegistryBody }) body: PlanRegistryBody,
    @Caller() caller: Caller,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<PlanBody> {
    const { registryPlan } = this.#administrations;
    const {
      version,
      changes,
      warnings = [],
    } = await registryPlan.applyRegistry(toRegistryChange(body), operatorOf(caller, requestId));
    return { base_version: version, changes: toWire(changes), warnings: [...warnings] };
  }

  @Post('registry/apply')
  @HttpCode(200)
  @RequireScope('registry:write')
  async apply(
    @Body({ schema: ApplyRegistryBody }) body: ApplyRegistryBody,
    @Caller() caller: Caller,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<AppliedBody> {
    const live = this.#administrations.for({ plan: false });
    return toWire(await live.applyRegistry(toRegistryChange(body), operatorOf(caller, requestId)));
  }

  @Get('registry/export')
  @Header('content-type', 'application/yaml')
  @RequireScope('registry:read')
  export(): Promise<string> {
    return this.#inspection.exportRegistry();
  }
}
