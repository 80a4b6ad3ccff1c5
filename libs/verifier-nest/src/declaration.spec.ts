import { describe, expect, it } from '@jest/globals';
import { createTestIssuer } from '@mintmark/testing';
import { createVerifier } from '@mintmark/verifier';
import { Controller, Get, type ExecutionContext, type Type } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GrpcMethod, GrpcStreamCall, GrpcStreamMethod } from '@nestjs/microservices';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Test } from '@nestjs/testing';
import { AccessGuard, Public, RequireClient, RequireScope, VerifierModule } from './index.ts';

const issuer = createTestIssuer();
const options = () => ({ verifier: createVerifier(issuer.trust), onDenied: () => undefined });

function start(...controllers: Type[]): Promise<unknown> {
  return Test.createTestingModule({ imports: [VerifierModule.forRoot(options())], controllers }).compile();
}

@Controller()
class ForgetfulController {
  @Get('declared')
  @RequireScope('stock:read')
  declared(): string {
    return 'declared';
  }

  @Get('forgotten')
  http(): string {
    return 'open';
  }

  @GrpcMethod('Echo', 'Unary')
  unary(): string {
    return 'open';
  }

  @GrpcStreamMethod('Echo', 'Bidi')
  bidi(): string {
    return 'open';
  }

  @GrpcStreamCall('Echo', 'ClientStream')
  clientStream(): string {
    return 'open';
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

  it('is refused by the guard all the same, should it have started', async () => {
    const testing = await Test.createTestingModule({ imports: [VerifierModule.forRoot(options())] }).compile();
    const guard = testing.get(AccessGuard, { strict: false });
    testing.get(HttpAdapterHost).httpAdapter = { setHeader: () => undefined } as never;
    const verdict = guard.canActivate(contextOf(ForgetfulController.prototype.http, issuer.token()));
    await expect(verdict).rejects.toMatchObject({ status: 403, response: { code: 'SCOPE_INSUFFICIENT' } });
    const allowed = guard.canActivate(contextOf(ForgetfulController.prototype.declared, issuer.token()));
    await expect(allowed).resolves.toBe(true);
  });

  it('is refused by the guard over gRPC where nobody verified the call', async () => {
    const testing = await Test.createTestingModule({ imports: [VerifierModule.forRoot(options())] }).compile();
    const guard = testing.get(AccessGuard, { strict: false });
    const context = new ExecutionContextHost([{}, {}, {}], ForgetfulController, ForgetfulController.prototype.declared);
    context.setType('rpc');
    await expect(guard.canActivate(context)).rejects.toMatchObject({ status: { code: 16 } });
  });
});

function contextOf(handler: () => string, token: string): ExecutionContext {
  const request = { rawHeaders: ['authorization', `Bearer ${token}`], url: '/', id: 'r-1' };
  return new ExecutionContextHost([request, {}], ForgetfulController, handler);
}

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
