import { createServer, type AddressInfo } from 'node:net';
import { createVerifier, type Verifier } from '@mintmark/verifier';
import type { TestIssuer } from '@mintmark/testing';
import type { Type } from '@nestjs/common';
import { Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { ECHO } from '../../verifier-grpc/test/echo-service.ts';
import { DeclarationCheck } from '../src/declaration-check.ts';
import { VerifierModule, type VerifierModuleOptions } from '../src/index.ts';

export interface StartedApp {
  readonly app: NestFastifyApplication;
  readonly grpc: string;
  close(): Promise<void>;
}

export interface AppOptions {
  readonly controllers: readonly Type[];
  readonly verifier?: Verifier;
  readonly module?: Partial<VerifierModuleOptions>;
  /** Default true. */
  readonly inheritAppConfig?: boolean;
  /** Starts although handlers declare nothing, to see what the guard says to them. */
  readonly unchecked?: boolean;
}

/** A hybrid application: HTTP through `inject`, gRPC on a free port. */
export async function startApp(issuer: TestIssuer, options: AppOptions): Promise<StartedApp> {
  const { controllers, verifier = createVerifier(issuer.trust), inheritAppConfig = true } = options;
  const builder = Test.createTestingModule({
    imports: [VerifierModule.forRoot({ verifier, onDenied: () => undefined, ...options.module })],
    controllers: [...controllers],
  });
  if (options.unchecked) builder.overrideProvider(DeclarationCheck).useValue({});
  const testing = await builder.compile();
  const app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
  const grpc = `127.0.0.1:${await freePort()}`;
  app.connectMicroservice<MicroserviceOptions>(grpcOptions(grpc), { inheritAppConfig });
  await app.init();
  await app.startAllMicroservices();
  return { app, grpc, close: () => app.close() };
}

export function grpcOptions(url: string): MicroserviceOptions {
  return {
    transport: Transport.GRPC,
    options: { url, package: 'echo.v1', packageDefinition: { 'echo.v1.Echo': ECHO } },
  };
}

/** Nest's gRPC server does not tell which port it was given. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
