import { describe, expect, it } from '@jest/globals';
import { createTestIssuer } from '@mintmark/testing';
import { createVerifier } from '@mintmark/verifier';
import { Controller, Get, type Type } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall, GrpcStreamMethod } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { authorization, call, clientOf } from '../../verifier-grpc/test/echo-service.ts';
import { startApp } from '../test/start-app.ts';
import { Public, RequireClient, RequireScope, VerifierModule } from './index.ts';

const issuer = createTestIssuer();
const options = () => ({ verifier: createVerifier(issuer.trust), onDenied: () => undefined });

function start(...controllers: Type[]): Promise<unknown> {
  return Test.createTestingModule({ imports: [VerifierModule.forRoot(options())], controllers }).compile();
}

const ran: string[] = [];

@Controller()
class ForgetfulController {
  @Get('declared')
  @RequireScope('stock:read')
  declared(): string {
    return 'declared';
  }

  @Get('forgotten')
  http(): string {
    return ran.push('open').toString();
  }

  @GrpcMethod('Echo', 'Unary')
  unary(): string {
    return ran.push('open').toString();
  }

  @GrpcStreamMethod('Echo', 'Bidi')
  bidi(): string {
    return ran.push('open').toString();
  }

  @GrpcStreamCall('Echo', 'ClientStream')
  clientStream(): string {
    return ran.push('open').toString();
  }

  helper(): string {
    return 'no handler';
  }
}

describe('an application with handlers that declare nothing', () => {
  it('does not start, and its error names each of them and the fix', async () => {
    const error = await start(ForgetfulController).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(Error);
    const { message } = error as Error;
    for (const name of ['http', 'unary', 'bidi', 'clientStream'])
      expect(message).toContain(`ForgetfulController.${name}`);
    expect(message).not.toContain('ForgetfulController.declared');
    expect(message).not.toContain('ForgetfulController.helper');
    expect(message).toContain('@RequireScope');
  });

  it('does not start for one that is inherited either', async () => {
    @Controller('heir')
    class HeirController extends ForgetfulController {}
    await expect(start(HeirController)).rejects.toThrow('HeirController.http');
  });

  it('starts once the class declares for all of them', async () => {
    const Declared = class extends ForgetfulController {};
    Controller('declared')(Declared);
    RequireScope('stock:read')(Declared);
    await expect(start(Declared)).resolves.toBeDefined();
  });

  it('has them all refused at run time, should it have started', async () => {
    const options = { controllers: [ForgetfulController], module: { clock: issuer.clock }, unchecked: true };
    const { app, grpc, close } = await startApp(issuer, options);
    const client = clientOf(grpc);
    try {
      const headers = { authorization: `Bearer ${issuer.token()}` };
      expect((await app.inject('/forgotten')).statusCode).toBe(401);
      expect((await app.inject({ url: '/forgotten', headers })).statusCode).toBe(403);
      expect((await app.inject({ url: '/declared', headers })).statusCode).toBe(200);
      for (const kind of ['Unary', 'Bidi', 'ClientStream'] as const) {
        const anonymous = await call(client, kind, authorization());
        const known = await call(client, kind, authorization(headers.authorization));
        expect([kind, anonymous.status.code, known.status.code]).toEqual([kind, 16, 7]);
      }
      expect(ran).toEqual([]);
    } finally {
      client.close();
      await close();
    }
  });
});

describe('a controller that extends another', () => {
  @Controller('open')
  @Public()
  class OpenController {
    @Get()
    list(): string {
      return 'list';
    }

    @GrpcMethod('Echo', 'Unary')
    unary(): string {
      return 'unary';
    }
  }

  it('is not open because that one is, over HTTP or gRPC', async () => {
    @Controller('heir')
    class HeirController extends OpenController {
      @Get('added')
      added(): string {
        return 'added';
      }

      @GrpcStreamMethod('Echo', 'Bidi')
      bidi(): string {
        return 'bidi';
      }
    }
    await expect(start(OpenController)).resolves.toBeDefined();
    const { message } = (await start(HeirController).catch((thrown: Error) => thrown)) as Error;
    for (const name of ['list', 'unary', 'added', 'bidi']) expect(message).toContain(`HeirController.${name}`);
  });

  it('may restrict itself, or be open by its own word', async () => {
    @Controller('heir')
    @RequireScope('stock:read')
    class RestrictedHeirController extends OpenController {}

    @Controller('other')
    @Public()
    class OpenHeirController extends OpenController {}

    const { app, close } = await startApp(issuer, { controllers: [RestrictedHeirController, OpenHeirController] });
    try {
      expect((await app.inject('/heir')).statusCode).toBe(401);
      expect((await app.inject('/other')).statusCode).toBe(200);
    } finally {
      await close();
    }
  });

  it('asks what that one asks, in what it adds too', async () => {
    @Controller()
    @RequireScope('stock:read')
    class RestrictedController {}

    @Controller('heir')
    class HeirController extends RestrictedController {
      @Get()
      added(): string {
        return 'added';
      }
    }
    const { app, close } = await startApp(issuer, { controllers: [HeirController] });
    try {
      const headers = (scope: string) => ({ authorization: `Bearer ${issuer.token({ scope })}` });
      expect((await app.inject({ url: '/heir', headers: headers('other') })).statusCode).toBe(403);
      expect((await app.inject({ url: '/heir', headers: headers('stock:read') })).statusCode).toBe(200);
    } finally {
      await close();
    }
  });

  it('has to declare again what it overrides, and keeps what it inherits as it is', async () => {
    class OpenHandlers {
      @Get('kept')
      @Public()
      kept(): string {
        return 'kept';
      }

      @Get('overridden')
      @Public()
      overridden(): string {
        return 'open';
      }

      @GrpcMethod('Echo', 'Unary')
      @Public()
      unary(): string {
        return 'open';
      }
    }

    @Controller('heir')
    class HeirController extends OpenHandlers {
      @Get('overridden')
      override overridden(): string {
        return 'secret';
      }

      @GrpcMethod('Echo', 'Unary')
      override unary(): string {
        return 'secret';
      }
    }
    const { message } = (await start(HeirController).catch((thrown: Error) => thrown)) as Error;
    expect(message).toContain('HeirController.overridden');
    expect(message).toContain('HeirController.unary');
    expect(message).not.toContain('HeirController.kept');
  });
});

describe('a declaration', () => {
  it('needs the module: without it nothing that is declared can start', async () => {
    @Controller()
    class DeclaredController {
      @Get()
      @RequireScope('stock:read')
      list(): string {
        return 'list';
      }
    }
    await expect(Test.createTestingModule({ controllers: [DeclaredController] }).compile()).rejects.toThrow(
      'AccessGuard',
    );
  });

  it('cannot contradict itself', () => {
    const contradict = (): void => {
      @Public()
      @RequireScope('stock:read')
      class Contradiction {}
      void Contradiction;
    };
    expect(contradict).toThrow('Contradiction is declared @Public and restricted at once');
  });

  it('takes scopes and clients only', () => {
    expect(() => RequireScope('stock read')).toThrow(TypeError);
    expect(() => (RequireScope as (...scopes: string[]) => unknown)()).toThrow(TypeError);
    expect(() => (RequireClient as (...ids: string[]) => unknown)()).toThrow(TypeError);
  });
});
