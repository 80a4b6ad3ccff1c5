import { NestFactory } from '@nestjs/core';
import type { PackageDefinition } from '@grpc/proto-loader';
import { LOADER_OPTIONS, PROTO_FILES, refuseUnframed } from '@mintmark/proto';
import { formatAddress, GrpcListener } from '@mintmark/service-nest';
import type { VerifierModuleOptions } from '@mintmark/verifier-nest';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../config/load-config.ts';
import type { Denial } from '../core/audit/record-denials.ts';
import { adminVerifier } from '../transport/admin/admin-verifier.ts';
import { AdminGrpcErrorFilter } from '../transport/admin/grpc/admin-grpc-error.filter.ts';
import { AdminErrorFilter } from '../transport/admin/http/admin-error.filter.ts';
import { identifyCalls } from '../transport/grpc/request-id.ts';
import { DECLARE_LESS } from '../transport/request-errors.ts';
import { AdminGrpcModule } from './admin-grpc.module.ts';
import { AdminHttpModule } from './admin-http.module.ts';
import type { Core } from './core.ts';
import { HttpListener } from './http-listener.ts';

/** A declaration of the largest size, as a JSON string. */
const MAX_BODY_BYTES = 24 * 1024 * 1024;

/** No operator does more at once. RFC 9113 §6.5.2 advises against less. */
const STREAMS_OF_ONE_CONNECTION = 100;

export function startAdminHttp(config: Config, core: Core, logger: Logger): Promise<HttpListener> {
  return HttpListener.start({
    module: AdminHttpModule.serving(core.administration, verifierOptions(config, { core, logger, transport: 'http' })),
    address: config.admin,
    errors: new AdminErrorFilter(core.requestLog),
    server: { bodyLimit: MAX_BODY_BYTES, requestTimeout: 60_000, genReqId: () => core.ids.next() },
    prepare: (fastify) => fastify.addHook('onRequest', neverStored),
  });
}

/** An answer may be a new secret, and is what the registry and the audit file were when it was asked for. */
function neverStored(_request: FastifyRequest, reply: FastifyReply, next: () => void): void {
  void reply.header('cache-control', 'no-store');
  next();
}

interface Serving {
  readonly core: Core;
  readonly logger: Logger;
  readonly transport: Denial['transport'];
}

function verifierOptions(config: Config, { core, logger, transport }: Serving): VerifierModuleOptions {
  const { adminKeys: keys, registry, administration, revocations } = core;
  const { issuer, timeScale } = config;
  return {
    verifier: adminVerifier({
      ...{ issuer, timeScale, keys, tokens: administration.adminTokens, registry },
      revocations: revocations.feed,
    }),
    onDenied: ({ code, requestId, handler: action, clientId: actor, cause }) => {
      const denial = { requestId, code, action, transport, ...(actor === undefined ? {} : { actor }) };
      if (cause === undefined) logger.info(denial, 'operator denied');
      else logger.error({ ...denial, err: cause }, 'operator denied by a defect');
      administration.recordDenials.add(denial);
    },
  };
}

export async function startAdminGrpc(config: Config, core: Core, logger: Logger): Promise<GrpcListener> {
  const listener = new GrpcListener({
    url: formatAddress(config.adminGrpc),
    package: 'mintmark.admin.v1',
    protoPath: PROTO_FILES['mintmark.admin.v1'],
    gracefulShutdown: true,
    loader: LOADER_OPTIONS,
    maxReceiveMessageLength: MAX_BODY_BYTES,
    maxSendMessageLength: -1,
    channelOptions: {
      interceptors: [identifyCalls(core.ids, { maxBytes: MAX_BODY_BYTES, advice: DECLARE_LESS })],
      'grpc.max_receive_message_length': MAX_BODY_BYTES,
      'grpc.max_send_message_length': -1,
      'grpc.max_concurrent_streams': STREAMS_OF_ONE_CONNECTION,
    },
    onLoadPackageDefinition: (definition: PackageDefinition) => refuseUnframed(definition),
  });
  const verifier = verifierOptions(config, { core, logger, transport: 'grpc' });
  const module = AdminGrpcModule.serving(core.administration, verifier);
  const app = await NestFactory.createMicroservice(module, { strategy: listener, logger: false, abortOnError: false });
  app.useGlobalFilters(new AdminGrpcErrorFilter(core.requestLog));
  await app.listen();
  return listener;
}
