import { randomUUID } from 'node:crypto';
import { setLogger, type Server } from '@grpc/grpc-js';
import { formatAddress, GrpcListener, listening, type Address } from '@mintmark/service-nest';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { Settings } from '../config/settings.ts';
import { Stock } from '../stock/stock.ts';
import { addHealth } from '../transport/grpc/health.ts';
import { INVENTORY_PACKAGE, INVENTORY_SERVICE, inventoryPackage } from '../transport/grpc/inventory-package.ts';
import { addReflection } from '../transport/grpc/reflection.ts';
import { Readiness } from '../transport/readiness.ts';
import { AppModule } from './app.module.ts';
import { NestLogger } from './nest-logger.ts';

/** Bodies here are one number; more than this is not read, in bytes. */
const BODY_LIMIT = 16 * 1024;

/** In which a whole request has to come, in milliseconds. */
const REQUEST_TIMEOUT = 10_000;

/** How long requests in flight may take once the service stops, in milliseconds. */
const STOP_DEADLINE = 10_000;

export interface ConsumerService {
  /** The real addresses, `host:port`. */
  readonly http: string;
  readonly grpc: string;
  /** Ends streams, lets requests in flight finish, closes everything. */
  stop(): Promise<void>;
}

/**
 * Starts both listeners; the issuer need not be up.
 * @throws ListenError where a listener cannot have its address; nothing is left running then
 */
export async function startConsumerService(settings: Settings, logger: Logger): Promise<ConsumerService> {
  // grpc-js writes to the console otherwise, and repeats there what it reports as an error anyway.
  setLogger({ error: (message: unknown) => logger.debug(String(message)) });
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT,
    genReqId: () => randomUUID(),
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(settings, logger), adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  const listener = grpcListener(settings, app.get(Readiness));
  app.connectMicroservice({ strategy: listener }, { inheritAppConfig: true });
  try {
    await app.init();
    const grpc = await listenGrpc(app, listener, settings.grpc);
    const http = await listenHttp(app, settings.http);
    return { http, grpc, stop: () => stop(app) };
  } catch (error) {
    await app.close();
    throw error;
  }
}

function grpcListener(settings: Settings, readiness: Readiness): GrpcListener {
  return new GrpcListener({
    url: formatAddress(settings.grpc),
    package: INVENTORY_PACKAGE,
    packageDefinition: inventoryPackage(),
    gracefulShutdown: true,
    channelOptions: { 'grpc.max_receive_message_length': BODY_LIMIT },
    onLoadPackageDefinition: (definition: Parameters<typeof addReflection>[1], server: Server) => {
      addHealth(server, readiness, [INVENTORY_SERVICE]);
      if (settings.mode === 'development') addReflection(server, definition);
    },
  });
}

async function listenGrpc(app: NestFastifyApplication, listener: GrpcListener, address: Address): Promise<string> {
  await listening('MINTMARK_CONSUMER_GRPC_ADDRESS', address, () => app.startAllMicroservices());
  return formatAddress({ host: address.host, port: listener.port });
}

/** Fastify's own `listen`: Nest's would log the error a second time. */
async function listenHttp(app: NestFastifyApplication, address: Address): Promise<string> {
  const fastify = app.getHttpAdapter().getInstance();
  await listening('MINTMARK_CONSUMER_HTTP_ADDRESS', address, () => fastify.listen(address));
  const bound = fastify.server.address();
  return formatAddress({ host: address.host, port: typeof bound === 'object' && bound ? bound.port : address.port });
}

async function stop(app: NestFastifyApplication): Promise<void> {
  app.get(Readiness).stop();
  app.get(Stock).close();
  const deadline = setTimeout(() => app.getHttpAdapter().getInstance().server.closeAllConnections(), STOP_DEADLINE);
  try {
    await app.close();
  } finally {
    clearTimeout(deadline);
  }
}
