import { status, type Client } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { detailsOf } from '@mintmark/proto';
import { createTestIssuer, FakeClock } from '@mintmark/testing';
import { createVerifier, remoteKeySet } from '@mintmark/verifier';
import { NestFactory } from '@nestjs/core';
import { Module, type Type } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import {
  authorization,
  call,
  clientOf,
  KINDS,
  pathOf,
  received,
  type CallSettings,
  type Kind,
} from '../../verifier-grpc/test/echo-service.ts';
import { until } from '../../verifier-grpc/test/until.ts';
import { EchoController, handled, PolicyController, StreamCallController } from '../test/echo.controllers.ts';
import { freePort, grpcOptions, startApp, type AppOptions } from '../test/start-app.ts';
import { VerifierModule } from './index.ts';

const clock = new FakeClock();
const issuer = createTestIssuer({ clock });
const bearer = (token: string) => authorization(`Bearer ${token}`);
const open: { close(): unknown }[] = [];

beforeEach(() => {
  handled.length = 0;
  received.length = 0;
});
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function connect(controller: Type, options: Partial<AppOptions> = {}): Promise<Client> {
  const started = await startApp(issuer, {
    controllers: [controller],
    ...options,
    module: { clock, ...options.module },
  });
  const client = clientOf(started.grpc);
  open.push(started, client);
  return client;
}

const SETUPS = [
  ['in a hybrid application', EchoController, true],
  ['in a hybrid application that does not inherit the global guard', EchoController, false],
  ['that drives its stream itself', StreamCallController, true],
  ['that drives its stream itself, without the global guard', StreamCallController, false],
] as const;

describe.each(SETUPS)('a gRPC handler %s', (_name, controller, inheritAppConfig) => {
  const kinds = controller === StreamCallController ? (['ClientStream', 'Bidi'] as const) : KINDS;

  it.each(kinds)('of kind %s is reached with a token', async (kind: Kind) => {
    const client = await connect(controller, { inheritAppConfig });
    expect((await call(client, kind, bearer(issuer.token()))).status.code).toBe(status.OK);
    expect(handled).toEqual([kind]);
  });

  it.each(kinds)('of kind %s is closed without a token, before a message is read', async (kind: Kind) => {
    const client = await connect(controller, { inheritAppConfig });
    const outcome = await call(client, kind, authorization(), ['one', 'two']);
    expect(outcome.status.code).toBe(status.UNAUTHENTICATED);
    expect(detailsOf(outcome.status.metadata)?.reason).toBe('TOKEN_MISSING');
    expect({ handled, received }).toEqual({ handled: [], received: [] });
  });

  it.each(kinds)('of kind %s is closed to a token without its scope', async (kind: Kind) => {
    const client = await connect(controller, { inheritAppConfig });
    const outcome = await call(client, kind, bearer(issuer.token({ scope: 'stock:reserve' })));
    expect(outcome.status.code).toBe(status.PERMISSION_DENIED);
    expect(detailsOf(outcome.status.metadata)).toMatchObject({
      reason: 'SCOPE_INSUFFICIENT',
      metadata: { scope: 'stock:read' },
    });
    expect(handled).toEqual([]);
    // The process lives, and so does the server.
    expect((await call(client, kind, bearer(issuer.token()))).status.code).toBe(status.OK);
  });
});

describe('a gRPC service', () => {
  it('is guarded as an application of its own too', async () => {
    @Module({
      imports: [VerifierModule.forRootAsync({ useFactory: () => ({ verifier: createVerifier(issuer.trust) }) })],
      controllers: [EchoController],
    })
    class EchoModule {}
    const address = `127.0.0.1:${await freePort()}`;
    const settings = { ...grpcOptions(address), logger: false as const, abortOnError: false };
    const service = await NestFactory.createMicroservice<MicroserviceOptions>(EchoModule, settings);
    await service.listen();
    const client = clientOf(address);
    open.push(service, client);
    expect((await call(client, 'Unary', authorization())).status.code).toBe(status.UNAUTHENTICATED);
    expect((await call(client, 'Unary', bearer(issuer.token({ scope: 'other' })))).status.code).toBe(
      status.PERMISSION_DENIED,
    );
    expect((await call(client, 'Unary', bearer(issuer.token()))).status.code).toBe(status.OK);
  });

  it('says UNAVAILABLE with RetryInfo while there are no keys', async () => {
    const keys = remoteKeySet({ url: 'http://127.0.0.1:1/jwks.json' });
    const verifier = createVerifier({ ...issuer.trust, keys, clock });
    const client = await connect(EchoController, { verifier });
    const outcome = await call(client, 'Unary', bearer(issuer.token()));
    expect(outcome.status.code).toBe(status.UNAVAILABLE);
    expect(detailsOf(outcome.status.metadata)?.retryAfterSeconds).toBeGreaterThan(0);
  });

  it('says INVALID_ARGUMENT to two credentials', async () => {
    const client = await connect(EchoController);
    const outcome = await call(client, 'Unary', authorization(`Bearer ${issuer.token()}, Bearer two`));
    expect(outcome.status.code).toBe(status.INVALID_ARGUMENT);
  });

  it('is open where it declares itself public, and nowhere else', async () => {
    const client = await connect(PolicyController);
    expect((await call(client, 'Unary', authorization())).status.code).toBe(status.OK);
    expect((await call(client, 'Bidi', authorization())).status.code).toBe(status.UNAUTHENTICATED);
  });

  it('refuses a method that no handler declares, unless the module is told', async () => {
    const closed = await connect(PolicyController);
    const outcome = await call(closed, 'ServerStream', bearer(issuer.token()));
    expect(outcome.status.code).toBe(status.PERMISSION_DENIED);
    const opened = await connect(PolicyController, {
      module: { grpcMethods: { [pathOf('ServerStream')]: 'public' } },
    });
    expect((await call(opened, 'ServerStream', authorization())).status.code).toBe(status.UNIMPLEMENTED);
  });

  it('survives malformed messages', async () => {
    const client = await connect(EchoController);
    for (const kind of KINDS) {
      expect((await call(client, kind, bearer(issuer.token()), ['malformed'])).status.code).not.toBe(status.OK);
    }
    expect((await call(client, 'Unary', bearer(issuer.token()))).status.code).toBe(status.OK);
  });
});

describe('a stream policy', () => {
  async function openStream(client: Client, kind: Kind, signal: AbortSignal) {
    const settings: CallSettings = { end: false, signal };
    const outcome = call(client, kind, bearer(issuer.token()), ['one'], settings);
    await until(() => handled.includes(kind));
    return outcome;
  }

  it('ends a stream with its token by default', async () => {
    const client = await connect(PolicyController);
    const outcome = openStream(client, 'Bidi', new AbortController().signal);
    await until(() => clock.pending === 1);
    await clock.advance(300_000);
    const { status: ended } = await outcome;
    expect(ended.code).toBe(status.UNAUTHENTICATED);
    expect(detailsOf(ended.metadata)?.reason).toBe('TOKEN_EXPIRED');
  });

  it('of at-open lets it go on', async () => {
    const client = await connect(PolicyController);
    const hangUp = new AbortController();
    const outcome = openStream(client, 'ClientStream', hangUp.signal);
    await until(() => handled.includes('ClientStream'));
    expect(clock.pending).toBe(0);
    await clock.advance(300_000);
    hangUp.abort();
    expect((await outcome).status.code).toBe(status.CANCELLED);
  });
});
