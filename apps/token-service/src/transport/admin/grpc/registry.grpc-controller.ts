import type { Metadata } from '@grpc/grpc-js';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, GrpcMethod, Payload } from '@nestjs/microservices';
import { Caller, RequireScope } from '@mintmark/verifier-nest';
import { Administrations } from '../../../core/administration/administrations.ts';
import { Inspection } from '../../../core/administration/inspection.ts';
import { requestIdOf } from '../../grpc/request-id.ts';
import { operatorOf } from '../operator-of.ts';
import { toMessage } from '../to-wire.ts';
import { ApplyRegistryMessage, EmptyMessage, PageMessage, PlanRegistryMessage } from './message.schema.ts';

const REGISTRY = 'mintmark.admin.v1.RegistryService';

@Controller()
export class RegistryGrpcController {
  readonly #administrations: Administrations;
  readonly #inspection: Inspection;

  constructor(@Inject(Administrations) administrations: Administrations, @Inject(Inspection) inspection: Inspection) {
    this.#administrations = administrations;
    this.#inspection = inspection;
  }

  @GrpcMethod('mintmark.admin.v1.ResourcesService')
  @RequireScope('registry:read')
  async listResources(@Payload({ schema: PageMessage }) page: PageMessage) {
    const { items: resources, nextCursor } = await this.#inspection.resources(page);
    return toMessage({ resources, nextCursor });
  }

  @GrpcMethod('mintmark.admin.v1.PoliciesService')
  @RequireScope('registry:read')
  async listPolicies(@Payload({ schema: PageMessage }) page: PageMessage) {
    const { items: policies, nextCursor } = await this.#inspection.policies(page);
    return toMessage({ policies, nextCursor });
  }

  @GrpcMethod(REGISTRY)
  @RequireScope('registry:read')
  async planRegistry(
    @Payload({ schema: PlanRegistryMessage }) change: PlanRegistryMessage,
    @Ctx() metadata: Metadata,
    @Caller() caller: Caller,
  ) {
    const operator = operatorOf(caller, requestIdOf(metadata));
    const { version: baseVersion, ...planned } = await this.#administrations.registryPlan.applyRegistry(
      change,
      operator,
    );
    return toMessage({ baseVersion, ...planned });
  }

  @GrpcMethod(REGISTRY)
  @RequireScope('registry:write')
  async applyRegistry(
    @Payload({ schema: ApplyRegistryMessage }) change: ApplyRegistryMessage,
    @Ctx() metadata: Metadata,
    @Caller() caller: Caller,
  ) {
    const operator = operatorOf(caller, requestIdOf(metadata));
    return toMessage(await this.#administrations.for({ plan: false }).applyRegistry(change, operator));
  }

  @GrpcMethod(REGISTRY)
  @RequireScope('registry:read')
  async exportRegistry(@Payload({ schema: EmptyMessage }) _message: object) {
    return { declaration: await this.#inspection.exportRegistry() };
  }
}
