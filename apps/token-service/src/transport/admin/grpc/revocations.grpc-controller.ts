import type { Metadata } from '@grpc/grpc-js';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, GrpcMethod, Payload } from '@nestjs/microservices';
import { Caller, RequireScope } from '@mintmark/verifier-nest';
import { Administrations } from '../../../core/administration/administrations.ts';
import { Inspection } from '../../../core/administration/inspection.ts';
import { requestIdOf } from '../../grpc/request-id.ts';
import { operatorOf } from '../operator-of.ts';
import { toMessage } from '../to-wire.ts';
import { PageMessage, RevokeMessage } from './message.schema.ts';

const SERVICE = 'mintmark.admin.v1.RevocationsService';

@Controller()
export class RevocationsGrpcController {
  readonly #administrations: Administrations;
  readonly #inspection: Inspection;

  constructor(@Inject(Administrations) administrations: Administrations, @Inject(Inspection) inspection: Inspection) {
    this.#administrations = administrations;
    this.#inspection = inspection;
  }

  @GrpcMethod(SERVICE)
  @RequireScope('tokens:revoke')
  async listRevocations(@Payload({ schema: PageMessage }) page: PageMessage) {
    const { items: revocations, nextCursor } = await this.#inspection.revocations(page);
    return toMessage({ revocations, nextCursor });
  }

  @GrpcMethod(SERVICE)
  @RequireScope('tokens:revoke')
  async revoke(
    @Payload({ schema: RevokeMessage }) { plan, ...request }: RevokeMessage,
    @Ctx() metadata: Metadata,
    @Caller() caller: Caller,
  ) {
    const operator = operatorOf(caller, requestIdOf(metadata));
    return toMessage(await this.#administrations.for({ plan }).revoke(request, operator));
  }
}
