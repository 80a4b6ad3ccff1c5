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
  ClientActionMessage,
  CreateClientMessage,
  GetClientMessage,
  PageMessage,
  RotateCredentialMessage,
} from './message.schema.ts';

const SERVICE = 'mintmark.admin.v1.ClientsService';

@Controller()
export class ClientsGrpcController {
  readonly #administrations: Administrations;
  readonly #inspection: Inspection;

  constructor(@Inject(Administrations) administrations: Administrations, @Inject(Inspection) inspection: Inspection) {
    this.#administrations = administrations;
    this.#inspection = inspection;
  }

  @GrpcMethod(SERVICE)
  @RequireScope('registry:read')
  async listClients(@Payload({ schema: PageMessage }) page: PageMessage) {
    const { items: clients, nextCursor } = await this.#inspection.clients(page);
    return toMessage({ clients, nextCursor });
  }

  @GrpcMethod(SERVICE)
  @RequireScope('registry:read')
  async getClient(@Payload({ schema: GetClientMessage }) { id }: GetClientMessage) {
    return toMessage(await this.#inspection.client(id));
  }

  @GrpcMethod(SERVICE)
  @RequireScope('registry:write')
  async createClient(
    @Payload({ schema: CreateClientMessage }) { plan, ...client }: CreateClientMessage,
    @Ctx() metadata: Metadata,
    @Caller() caller: Caller,
  ) {
    const operator = operatorOf(caller, requestIdOf(metadata));
    return toMessage(await this.#administrations.for({ plan }).createClient(client, operator));
  }

  @GrpcMethod(SERVICE)
  @RequireScope('registry:write')
  async disableClient(
    @Payload({ schema: ClientActionMessage }) { id, plan }: ClientActionMessage,
    @Ctx() metadata: Metadata,
    @Caller() caller: Caller,
  ) {
    const operator = operatorOf(caller, requestIdOf(metadata));
    return toMessage(await this.#administrations.for({ plan }).disableClient(id, operator));
  }

  @GrpcMethod(SERVICE)
  @RequireScope('registry:write')
  async enableClient(
    @Payload({ schema: ClientActionMessage }) { id, plan }: ClientActionMessage,
    @Ctx() metadata: Metadata,
    @Caller() caller: Caller,
  ) {
    const operator = operatorOf(caller, requestIdOf(metadata));
    return toMessage(await this.#administrations.for({ plan }).enableClient(id, operator));
  }

  @GrpcMethod(SERVICE)
  @RequireScope('registry:write')
  async rotateCredential(
    @Payload({ schema: RotateCredentialMessage }) { plan, ...rotation }: RotateCredentialMessage,
    @Ctx() metadata: Metadata,
    @Caller() caller: Caller,
  ) {
    const operator = operatorOf(caller, requestIdOf(metadata));
    return toMessage(await this.#administrations.for({ plan }).rotateCredential(rotation, operator));
  }
}
