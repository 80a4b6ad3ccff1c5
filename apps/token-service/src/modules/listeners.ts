import { formatAddress, GrpcListener, type Address } from '@mintmark/service-nest';
import { NestFactory } from '@nestjs/core';
import { ReflectionService } from '@grpc/reflection';
import type { Server } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { MANAGEMENT_ROUTES, ROUTES } from '@mintmark/contract';
import { LOADER_OPTIONS, PROTO_FILES, refuseUnframed } from '@mintmark/proto';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/load-config.ts';
import { encodeEventsOnce } from '../transport/grpc/keyset-message.schema.ts';
import { GrpcErrorFilter } from '../transport/grpc/grpc-error.filter.ts';
import { identifyCalls } from '../transport/grpc/request-id.ts';
import { HttpErrorFilter, type AllowedMethods } from '../transport/http/http-error.filter.ts';
import { stripIssuerPath } from '../transport/http/issuer-metadata.ts';
import { SAY_LESS } from '../transport/request-errors.ts';
import type { Core } from './core.ts';
import { HttpListener } from './http-listener.ts';
import { MutualTlsCredentials } from './mutual-tls-credentials.ts';
import type { TlsFiles } from './tls-files.ts';
import { ManagementModule } from './management.module.ts';
import { PublicGrpcModule } from './public-grpc.module.ts';
import { PublicHttpModule } from './public-http.module.ts';

const MAX_BODY_BYTES = 16 * 1024;

/** In which a whole request has to come, in milliseconds. */
const REQUEST_TIMEOUT = 10_000;

const PUBLIC_METHODS: AllowedMethods = new Map([
  [ROUTES.token, 'POST'],
  [ROUTES.revoke, 'POST'],
  [ROUTES.introspect, 'POST'],
  [ROUTES.jwks, 'GET, HEAD'],
  [ROUTES.revocations, 'GET, HEAD'],
  [ROUTES.revocationKeys, 'GET, HEAD'],
  [ROUTES.authorizationServerMetadata, 'GET, HEAD'],
  [ROUTES.openidConfiguration, 'GET, HEAD'],
]);
const MANAGEMENT_METHODS: AllowedMethods = new Map([
  [MANAGEMENT_ROUTES.live, 'GET, HEAD'],
  [MANAGEMENT_ROUTES.ready, 'GET, HEAD'],
  [MANAGEMENT_ROUTES.metrics, 'GET, HEAD'],
]);

/** @param mutualTls absent: the listener without TLS of our own */
export async function startPublicHttp(
  config: Config,
  core: Core,
  mutualTls?: { readonly address: Address; readonly files: TlsFiles },
): Promise<HttpListener> {
  const strip = stripIssuerPath(config.issuer);
  return HttpListener.start({
    module: PublicHttpModule.serving(core),
    address: mutualTls?.address ?? config.http,
    ...(mutualTls && { tls: mutualTls.files }),
    errors: new HttpErrorFilter(core.requestLog, PUBLIC_METHODS),
    server: {
      bodyLimit: MAX_BODY_BYTES,
      requestTimeout: REQUEST_TIMEOUT,
      genReqId: () => core.ids.next(),
      rewriteUrl: ({ url = '/' }) => strip(url),
    },
    prepare: acceptForms,
  });
}

/** The endpoints at which clients authenticate take a form and nothing else (RFC 6749 §4.4.2, RFC 7009 §2.1, RFC 7662 §2.1). */
function acceptForms(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, new URLSearchParams(body as string)),
  );
}

export async function startManagement(config: Config, core: Core): Promise<HttpListener> {
  return HttpListener.start({
    module: ManagementModule.serving(core),
    address: config.management,
    errors: new HttpErrorFilter(core.requestLog, MANAGEMENT_METHODS),
    server: { bodyLimit: MAX_BODY_BYTES, requestTimeout: REQUEST_TIMEOUT, genReqId: () => core.ids.next() },
  });
}

const PUBLIC_PACKAGES: (keyof typeof PROTO_FILES)[] = ['mintmark.token.v1', 'mintmark.keyset.v1'];

/** A connection that nobody answers on is noticed, and its streams end. */
const KEEPALIVE = { 'grpc.keepalive_time_ms': 30_000, 'grpc.keepalive_timeout_ms': 10_000 };

/** Verifiers come on connections of their own; a proxy that gathers them opens another one when this many are open. */
const STREAMS_OF_ONE_CONNECTION = 1_000;

export async function startPublicGrpc(
  config: Config,
  core: Core,
  mutualTls?: { readonly address: Address; readonly files: TlsFiles },
): Promise<GrpcListener> {
  const listener = new GrpcListener({
    url: formatAddress(mutualTls?.address ?? config.grpc),
    ...(mutualTls && { credentials: new MutualTlsCredentials(mutualTls.files) }),
    package: PUBLIC_PACKAGES,
    protoPath: PUBLIC_PACKAGES.map((name) => PROTO_FILES[name]),
    gracefulShutdown: true,
    loader: LOADER_OPTIONS,
    maxReceiveMessageLength: MAX_BODY_BYTES,
    channelOptions: {
      interceptors: [identifyCalls(core.ids, { maxBytes: MAX_BODY_BYTES, advice: SAY_LESS }), core.watchGate],
      'grpc.max_receive_message_length': MAX_BODY_BYTES,
      'grpc.max_concurrent_streams': STREAMS_OF_ONE_CONNECTION,
      ...KEEPALIVE,
    },
    onLoadPackageDefinition: (definition: PackageDefinition, server: Server) => {
      refuseUnframed(definition);
      encodeEventsOnce(definition);
      core.health.addToServer(server);
      if (config.mode === 'development') new ReflectionService(definition).addToServer(server);
    },
  });
  const app = await NestFactory.createMicroservice(PublicGrpcModule.serving(core), {
    strategy: listener,
    logger: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new GrpcErrorFilter(core.requestLog));
  await app.listen();
  return listener;
}
