import type { Metadata } from '@grpc/grpc-js';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, GrpcMethod, Payload } from '@nestjs/microservices';
import { Caller, RequireScope } from '@mintmark/verifier-nest';
import { Administrations } from '../../../core/administration/administrations.ts';
import { Inspection } from '../../../core/administration/inspection.ts';
import { requestIdOf } from '../../grpc/request-id.ts';
import { operatorOf } from '../operator-of.ts';
import { toMessage } from '../to-wire.ts';
import {
  CompromiseKeyMessage,
  EmptyMessage,
  KeyActionMessage,
  RotateKeysMessage,
  KeyUsersMessage,
} from './message.schema.ts';

const SERVICE = 'mintmark.admin.v1.KeysService';

@Controller()
export class KeysGrpcController {
  readonly #administrations: Administrations;
  readonly #inspection: Inspection;

  constructor(@Inject(Administrations) administrations: Administrations, @Inject(Inspection) inspection: Inspection) {
    this.#administrations = administrations;
    this.#inspection = inspection;
  }

  @GrpcMethod(SERVICE)
  @RequireScope('keys:read')
  async getKeyStatus(@Payload({ schema: EmptyMessage }) _message: object) {
    return toMessage({ rings: await this.#inspection.keyStatus() });
  }

  @GrpcMethod(SERVICE)
  @RequireScope('keys:read')
  async getKeyPlan(@Payload({ schema: EmptyMessage }) _message: object) {
    return toMessage({ rings: await this.#inspection.keyPlan() });
  }

  @GrpcMethod(SERVICE)
  @RequireScope('keys:read')
  async getKeyUsers(@Payload({ schema: KeyUsersMessage }) { kid }: KeyUsersMessage) {
    return toMessage(await this.#inspection.keyUsers(kid));
  }

  @GrpcMethod(SERVICE)
  @RequireScope('keys:rotate')
  async rotateKeys(
    @Payload({ schema: RotateKeysMessage }) { plan, ...rotation }: RotateKeysMessage,
    @Ctx() metadata: Metadata,
    @Caller() caller: Caller,
  ) {
    const operator = operatorOf(caller, requestIdOf(metadata));
    return toMessage(await this.#administrations.for({ plan }).rotateKeys(rotation, operator));
  }

  @GrpcMethod(SERVICE)
  @RequireScope('keys:rotate')
  async prepareKey(
    @Payload({ schema: RotateKeysMessage }) { plan, ...rotation }: RotateKeysMessage,
    @Ctx() metadata: Metadata,
    @Caller() caller: Caller,
  ) {
    const operator = operatorOf(caller, requestIdOf(metadata));
    return toMessage(await this.#administrations.for({ plan }).prepareKey(rotation, operator));
  }

  @GrpcMethod(SERVICE)
  @RequireScope('keys:rotate')
  async activateKey(
    @Payload({ schema: KeyActionMessage }) { plan, ...key }: KeyActionMessage,
    @Ctx() metadata: Metadata,
    @Caller() caller: Caller,
  ) {
    const operator = operatorOf(caller, requestIdOf(metadata));
    return toMessage(await this.#administrations.for({ plan }).activateKey(key, operator));
  }

  @GrpcMethod(SERVICE)
  @RequireScope('keys:rotate')
  async deactivateKey(
    @Payload({ schema: KeyActionMessage }) { plan, ...key }: KeyActionMessage,
    @Ctx() metadata: Metadata,
    @Caller() caller: Caller,
  ) {
    const operator = operatorOf(caller, requestIdOf(metadata));
    return toMessage(await this.#administrations.for({ plan }).deactivateKey(key, operator));
  }

  @GrpcMethod(SERVICE)
  @RequireScope('keys:rotate')
  async destroyKey(
    @Payload({ schema: KeyActionMessage }) { plan, ...key }: KeyActionMessage,
    @Ctx() metadata: Metadata,
    @Caller() caller: Caller,
  ) {
    const operator = operatorOf(caller, requestIdOf(metadata));
    return toMessage(await this.#administrations.for({ plan }).destroyKey(key, operator));
  }

  @GrpcMethod(SERVICE)
  @RequireScope('keys:rotate')
  async compromiseKey(
    @Payload({ schema: CompromiseKeyMessage }) { plan, ...compromise }: CompromiseKeyMessage,
    @Ctx() metadata: Metadata,
    @Caller() caller: Caller,
  ) {
    const operator = operatorOf(caller, requestIdOf(metadata));
    return toMessage(await this.#administrations.for({ plan }).compromiseKey(compromise, operator));
  }

  @GrpcMethod(SERVICE)
  @RequireScope('keys:read')
  async getKeyHoldings(@Payload({ schema: EmptyMessage }) _message: object) {
    return toMessage({ rings: await this.#inspection.keyHoldings() });
  }
}
