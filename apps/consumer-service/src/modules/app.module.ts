import { randomUUID } from 'node:crypto';
import { clientSecret, createTokenClient, httpTransport } from '@mintmark/client';
import { createVerifier, remoteKeySet, remoteRevocations, type KeySource, type Verifier } from '@mintmark/verifier';
import { watchKeySet, type WatchedKeySet } from '@mintmark/verifier-grpc';
import { VerifierModule, type VerifierModuleOptions } from '@mintmark/verifier-nest';
import { Module, StandardSchemaValidationPipe, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import type { Logger } from 'pino';
import type { Settings } from '../config/settings.ts';
import { StockController } from '../stock/stock.controller.ts';
import { StockGrpcController } from '../stock/stock.grpc-controller.ts';
import { Stock } from '../stock/stock.ts';
import { ErrorFilter } from '../transport/error.filter.ts';
import { RequestError } from '../transport/failure.ts';
import { HEALTH_CHECK } from '../transport/grpc/health.ts';
import { REFLECTION_METHODS } from '../transport/grpc/reflection.ts';
import { HealthController } from '../transport/http/health.controller.ts';
import { LOGGER } from '../transport/logger.ts';
import { Readiness } from '../transport/readiness.ts';

const INITIAL_STOCK = { anvil: 100_000, lantern: 100_000, rope: 100_000 };

@Module({ controllers: [StockController, StockGrpcController, HealthController] })
export class AppModule {
  static with(settings: Settings, logger: Logger): DynamicModule {
    const verifier = verifierFor(settings);
    return {
      module: AppModule,
      imports: [VerifierModule.forRoot(verifierModuleOptions(verifier, settings, logger))],
      providers: [
        { provide: LOGGER, useValue: logger },
        { provide: Stock, useFactory: () => new Stock(INITIAL_STOCK, randomUUID) },
        { provide: Readiness, useFactory: () => new Readiness(verifier) },
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: APP_PIPE, useFactory: validationPipe },
      ],
    };
  }
}

function verifierFor(settings: Settings): Verifier {
  const { issuer, audience, timeScale, revocationsUrl, onUnknownRevocations: onUnknown } = settings;
  const keys = keysOf(settings);
  const wake = keys.onRevocations && { wake: keys.onRevocations };
  const verifier = createVerifier({
    ...{ issuer, audience, timeScale, keys },
    revocations: remoteRevocations({ url: revocationsUrl, onUnknown, ...wake }),
  });
  // Starts whether or not the issuer is up: until it was heard from, calls are answered "cannot determine".
  verifier.ready().catch(() => undefined);
  return verifier;
}

/** Told of by the issuer where it may be asked for that, and polled in any case. */
function keysOf({ issuer, jwksUrl, timeScale, watch }: Settings): KeySource & Partial<WatchedKeySet> {
  if (!watch) return remoteKeySet({ url: jwksUrl });
  const { address, resource, clientId, secretFile } = watch;
  const tokens = createTokenClient({
    transport: httpTransport({ issuer }),
    identity: clientSecret({ clientId, secret: { file: secretFile } }),
    timeScale,
  });
  return watchKeySet({ url: jwksUrl, address, resource, tokens });
}

function verifierModuleOptions(verifier: Verifier, settings: Settings, logger: Logger): VerifierModuleOptions {
  const { mode, externalUrl, grpcAuthority } = settings;
  const reflection = mode === 'development' ? REFLECTION_METHODS : [];
  return {
    verifier,
    ...(externalUrl !== undefined && { externalUrl }),
    ...(grpcAuthority !== undefined && { grpcAuthority }),
    grpcMethods: Object.fromEntries([HEALTH_CHECK, ...reflection].map((path) => [path, 'public'] as const)),
    onDenied: ({ code, requestId, handler, cause }) => {
      const denied = { code, request_id: requestId, handler };
      if (cause === undefined) logger.info(denied, 'denied');
      else logger.error({ ...denied, err: cause }, 'denied by a defect');
    },
  };
}

function validationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) =>
      new RequestError(issues.map(({ path, message }) => [...(path ?? []).map(nameOf), message].join(': ')).join('; ')),
  });
}

function nameOf(segment: PropertyKey | { readonly key: PropertyKey }): string {
  return String(typeof segment === 'object' ? segment.key : segment);
}
