import type { Metadata } from '@grpc/grpc-js';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, GrpcMethod, Payload } from '@nestjs/microservices';
import { Caller, RequireScope } from '@mintmark/verifier-nest';
import { Inspection } from '../../../core/administration/inspection.ts';
import { requestIdOf } from '../../grpc/request-id.ts';
import { operatorOf } from '../operator-of.ts';
import { toMessage } from '../to-wire.ts';
import { EmptyMessage, TailAuditMessage } from './message.schema.ts';

const SERVICE = 'mintmark.admin.v1.AuditService';

@Controller()
export class AuditGrpcController {
  readonly #inspection: Inspection;

  constructor(@Inject(Inspection) inspection: Inspection) {
    this.#inspection = inspection;
  }

  @GrpcMethod(SERVICE)
  @RequireScope('audit:read')
  async tailAudit(@Payload({ schema: TailAuditMessage }) request: TailAuditMessage) {
    const { lines: events, lastSeq } = await this.#inspection.tailAudit(request);
    return toMessage({ events, lastSeq });
  }

  @GrpcMethod(SERVICE)
  @RequireScope('audit:read')
  async verifyAudit(
    @Payload({ schema: EmptyMessage }) _message: object,
    @Ctx() metadata: Metadata,
    @Caller() caller: Caller,
  ) {
    return toMessage(await this.#inspection.verifyAudit(operatorOf(caller, requestIdOf(metadata))));
  }
}
