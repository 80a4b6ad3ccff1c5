import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestIssuer } from '@mintmark/testing';
import { createVerifier } from '@mintmark/verifier';
import { authenticate } from '@mintmark/verifier-http';
import { HttpAdapterHost } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Test, type TestingModule } from '@nestjs/testing';
import { AccessGuard, RequireScope, VerifierModule } from './index.ts';

const issuer = createTestIssuer();

class Handlers {
  @RequireScope('stock:read')
  declared(): void {}

  forgotten(): void {}
}

let testing: TestingModule;
let headers: Record<string, string>;
beforeAll(async () => {
  const module = VerifierModule.forRoot({ verifier: createVerifier(issuer.trust), onDenied: () => undefined });
  testing = await Test.createTestingModule({ imports: [module] }).compile();
  const setHeader = (_response: unknown, name: string, value: string): void => void (headers[name] = value);
  testing.get(HttpAdapterHost).httpAdapter = { setHeader } as unknown as HttpAdapterHost['httpAdapter'];
});
afterAll(() => testing.close());

/** A request as Express hands it to Nest: no gate has seen it. */
function decide(handler: keyof Handlers, authorization?: string): Promise<boolean> {
  headers = {};
  const rawHeaders = authorization === undefined ? [] : ['Authorization', authorization];
  const context = new ExecutionContextHost([{ rawHeaders, url: '/' }, {}], Handlers, Handlers.prototype[handler]);
  context.setType('http');
  return testing.get(AccessGuard, { strict: false }).canActivate(context);
}

it('the module takes only a realm that a header can carry', async () => {
  const module = VerifierModule.forRoot({ verifier: createVerifier(issuer.trust), realm: 'склад' });
  await expect(Test.createTestingModule({ imports: [module] }).compile()).rejects.toThrow(
    'realm takes printable ASCII',
  );
});

describe('the guard alone, on a platform without a gate', () => {
  it('authenticates and authorises', async () => {
    await expect(decide('declared', `Bearer ${issuer.token()}`)).resolves.toBe(true);
    await expect(decide('declared', `Bearer ${issuer.token({ scope: 'other' })}`)).rejects.toMatchObject({
      status: 403,
    });
    await expect(decide('declared', `Bearer ${issuer.broken('forged')}`)).rejects.toMatchObject({
      status: 401,
      response: { code: 'TOKEN_INVALID' },
    });
  });

  it('asks its own verifier, whoever another one has let in before', async () => {
    const token = issuer.token({ aud: 'billing' });
    const request = { rawHeaders: ['Authorization', `Bearer ${token}`], url: '/' };
    const other = createVerifier({ ...issuer.trust, audience: 'billing' });
    await expect(authenticate({ verifier: other }, request, request)).resolves.toMatchObject({ ok: true });
    const context = new ExecutionContextHost([request, {}], Handlers, Handlers.prototype.declared);
    context.setType('http');
    const decision = testing.get(AccessGuard, { strict: false }).canActivate(context);
    await expect(decision).rejects.toMatchObject({ status: 401 });
    other.close();
  });

  it('refuses what has no token, with the challenge', async () => {
    await expect(decide('declared')).rejects.toMatchObject({ status: 401, response: { code: 'TOKEN_MISSING' } });
    expect(headers['www-authenticate']).toBe('Bearer realm="mintmark"');
  });

  it('refuses a handler that forgot its declaration, whoever calls', async () => {
    await expect(decide('forgotten')).rejects.toMatchObject({ status: 401 });
    await expect(decide('forgotten', `Bearer ${issuer.token()}`)).rejects.toMatchObject({ status: 403 });
  });

  it.each(['rpc', 'ws', 'graphql'])('refuses a call over %s that nobody verified', async (type) => {
    const context = new ExecutionContextHost([{}, {}, {}], Handlers, Handlers.prototype.declared);
    context.setType(type);
    const decision = testing.get(AccessGuard, { strict: false }).canActivate(context);
    await expect(decision).rejects.toMatchObject({ status: { code: 16 } });
  });
});
