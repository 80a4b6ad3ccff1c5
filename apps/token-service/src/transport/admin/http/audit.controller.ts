import { Controller, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import { Caller, RequireScope } from '@mintmark/verifier-nest';
import type { FastifyRequest } from 'fastify';
import { Inspection } from '../../../core/administration/inspection.ts';
import { operatorOf } from '../operator-of.ts';
import { toWire } from '../to-wire.ts';
import { AuditQuery, toEvent, toTailRequest, type AuditTailBody, type AuditVerificationBody } from './audit.schema.ts';

@Controller('admin/v1/audit')
export class AuditController {
  readonly #inspection: Inspection;

  constructor(@Inject(Inspection) inspection: Inspection) {
    this.#inspection = inspection;
  }

  @Get()
  @RequireScope('audit:read')
  async tail(@Query({ schema: AuditQuery }) query: AuditQuery): Promise<AuditTailBody> {
    const { lines, lastSeq } = await this.#inspection.tailAudit(toTailRequest(query));
    return { events: lines.map(toEvent), last_seq: lastSeq };
  }

  @Post('verify')
  @HttpCode(200)
  @RequireScope('audit:read')
  async verify(@Caller() caller: Caller, @Req() { id: requestId }: FastifyRequest): Promise<AuditVerificationBody> {
    return toWire(await this.#inspection.verifyAudit(operatorOf(caller, requestId)));
  }
}
