import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { Caller, RequireScope } from '@mintmark/verifier-nest';
import type { FastifyRequest } from 'fastify';
import { Administrations } from '../../../core/administration/administrations.ts';
import { Inspection } from '../../../core/administration/inspection.ts';
import { operatorOf } from '../operator-of.ts';
import { toWire } from '../to-wire.ts';
import {
  CompromiseKeyBody,
  KeyActionBody,
  KeyPath,
  RotateKeysBody,
  type CompromiseBody,
  type HoldingsBody,
  type KeyPlanBody,
  type KeyStatusBody,
  type KeyUsersBody,
  type RotationBody,
} from './key.schema.ts';

@Controller('admin/v1/keys')
export class KeysController {
  readonly #administrations: Administrations;
  readonly #inspection: Inspection;

  constructor(@Inject(Administrations) administrations: Administrations, @Inject(Inspection) inspection: Inspection) {
    this.#administrations = administrations;
    this.#inspection = inspection;
  }

  @Get()
  @RequireScope('keys:read')
  async status(): Promise<KeyStatusBody> {
    return { rings: toWire(await this.#inspection.keyStatus()) };
  }

  @Get('plan')
  @RequireScope('keys:read')
  async plan(): Promise<KeyPlanBody> {
    return { rings: toWire(await this.#inspection.keyPlan()) };
  }

  @Get('holdings')
  @RequireScope('keys:read')
  async holdings(): Promise<HoldingsBody> {
    return { rings: toWire(await this.#inspection.keyHoldings()) };
  }

  @Get(':kid/users')
  @RequireScope('keys:read')
  async users(@Param({ schema: KeyPath }) { kid }: KeyPath): Promise<KeyUsersBody> {
    return toWire(await this.#inspection.keyUsers(kid));
  }

  @Post('rotate')
  @HttpCode(200)
  @RequireScope('keys:rotate')
  async rotate(
    @Body({ schema: RotateKeysBody }) { plan, ...rotation }: RotateKeysBody,
    @Caller() caller: Caller,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<RotationBody> {
    return toWire(await this.#administrations.for({ plan }).rotateKeys(rotation, operatorOf(caller, requestId)));
  }

  @Post('prepare')
  @HttpCode(200)
  @RequireScope('keys:rotate')
  async prepare(
    @Body({ schema: RotateKeysBody }) { plan, ...rotation }: RotateKeysBody,
    @Caller() caller: Caller,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<RotationBody> {
    return toWire(await this.#administrations.for({ plan }).prepareKey(rotation, operatorOf(caller, requestId)));
  }

  @Post(':kid/activate')
  @HttpCode(200)
  @RequireScope('keys:rotate')
  async activate(
    @Param({ schema: KeyPath }) { kid }: KeyPath,
    @Body({ schema: KeyActionBody }) { plan, ring }: KeyActionBody,
    @Caller() caller: Caller,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<RotationBody> {
    return toWire(await this.#administrations.for({ plan }).activateKey({ ring, kid }, operatorOf(caller, requestId)));
  }

  @Post(':kid/deactivate')
  @HttpCode(200)
  @RequireScope('keys:rotate')
  async deactivate(
    @Param({ schema: KeyPath }) { kid }: KeyPath,
    @Body({ schema: KeyActionBody }) { plan, ring }: KeyActionBody,
    @Caller() caller: Caller,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<RotationBody> {
    return toWire(
      await this.#administrations.for({ plan }).deactivateKey({ ring, kid }, operatorOf(caller, requestId)),
    );
  }

  @Post(':kid/destroy')
  @HttpCode(200)
  @RequireScope('keys:rotate')
  async destroy(
    @Param({ schema: KeyPath }) { kid }: KeyPath,
    @Body({ schema: KeyActionBody }) { plan, ring }: KeyActionBody,
    @Caller() caller: Caller,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<RotationBody> {
    return toWire(await this.#administrations.for({ plan }).destroyKey({ ring, kid }, operatorOf(caller, requestId)));
  }

  @Post(':kid/compromise')
  @HttpCode(200)
  @RequireScope('keys:rotate')
  async compromise(
    @Param({ schema: KeyPath }) { kid }: KeyPath,
    @Body({ schema: CompromiseKeyBody }) { plan, without_standby: withoutStandby, ...rest }: CompromiseKeyBody,
    @Caller() caller: Caller,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<CompromiseBody> {
    const compromise = { kid, withoutStandby, ...rest };
    return toWire(await this.#administrations.for({ plan }).compromiseKey(compromise, operatorOf(caller, requestId)));
  }
}
