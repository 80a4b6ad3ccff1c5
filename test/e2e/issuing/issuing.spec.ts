import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ROUTES } from '@mintmark/contract';
import { askOverGrpc, askOverHttp, basic, connectGrpc, post, type TokenGrpcClient } from './ask-for-token.ts';
import { startTestTokenService, type TestTokenService } from './test-token-service.ts';

describe('issuing', () => {
  let service: TestTokenService;
  let grpc: TokenGrpcClient;
  beforeAll(async () => {
    service = await startTestTokenService();
    grpc = connectGrpc(service.grpc);
  });
  afterAll(async () => {
    grpc?.close();
    await service?.stop();
  });

  const ask = () => ({ authorization: [basic('reports', service.secretOf('reports'))] });
  const auditLines = () =>
    readFileSync(join(service.dataDir, 'audit.jsonl'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('asks the database nothing on the way, whether it grants or denies', async () => {
    const statementsFor = async (requests: () => Promise<unknown>) => {
      const before = service.core.database.statements();
      await requests();
      return service.core.database.statements() - before;
    };
    const hundred = async () => {
      await Promise.all(Array.from({ length: 100 }, () => service.core.issueToken.execute(request())));
      const denied = service.core.issueToken.execute({ ...request(), scopes: ['no'] });
      await expect(denied).rejects.toMatchObject({ code: 'SCOPE_DENIED' });
    };
    // Polls of registry and keys go on beside it every two seconds; they cannot fall into each of ten short windows.
    const counts: number[] = [];
    for (let window = 0; window < 10; window++) counts.push(await statementsFor(hundred));
    expect(Math.min(...counts)).toBe(0);
  });

  const request = () => ({
    requestId: 'r',
    evidence: { found: ask().authorization.map((value) => ({ kind: 'authorization' as const, value })) },
  });

  it('every token that came back has its record, and every denial too', async () => {
    const outcomes = await Promise.all([
      ...Array.from({ length: 20 }, () => askOverHttp(service.http, ask())),
      ...Array.from({ length: 20 }, () => askOverGrpc(grpc, ask())),
    ]);
    const recorded = new Set(auditLines().map((line) => line['jti']));
    for (const outcome of outcomes) expect(recorded.has('claims' in outcome && outcome.claims['jti'])).toBe(true);
    await askOverHttp(service.http, { ...ask(), audience: 'secrets' });
    expect(auditLines().at(-1)).toMatchObject({
      ...{ event: 'token.denied', code: 'RESOURCE_DENIED', target: 'secrets', rule: 'no policy' },
      ...{ client: 'reports', method: 'client_secret_basic' },
    });
  });

  it('what cannot be read as a request for a token has its record, too', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: ask().authorization };
    await post(`${service.http}${ROUTES.token}`, 'grant_type=password&username=a&password=canary-77', headers);
    expect(auditLines().at(-1)).toMatchObject({ event: 'token.denied', code: 'GRANT_TYPE_UNSUPPORTED' });
    await askOverGrpc(grpc, { ...ask(), scopes: ['a', 'a'] });
    expect(auditLines().at(-1)).toMatchObject({ event: 'token.denied', code: 'SCOPE_MALFORMED' });
    expect(JSON.stringify(auditLines())).not.toContain('canary-77');
  });

  it('no two tokens have the same id', async () => {
    const tokens = await Promise.all(Array.from({ length: 50 }, () => askOverHttp(service.http, ask())));
    expect(new Set(tokens.map((token) => 'claims' in token && token.claims['jti'])).size).toBe(50);
  });

  it('without a durable record there is no token: 503, and it recovers by itself', async () => {
    const handle = await import('node:fs/promises').then(({ open }) => open(join(service.dataDir, 'probe'), 'w'));
    const datasync = jest.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'datasync');
    await handle.close();
    datasync.mockRejectedValueOnce(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
    const form = 'grant_type=client_credentials';
    const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: ask().authorization };
    const failed = await post(`${service.http}${ROUTES.token}`, form, headers);
    datasync.mockRestore();
    expect([failed.status, failed.body['code'], failed.body['access_token']]).toEqual([
      503,
      'AUDIT_UNAVAILABLE',
      undefined,
    ]);
    expect(failed.headers['retry-after']).toBe('1');
    expect((await post(`${service.http}${ROUTES.token}`, form, headers)).status).toBe(200);
  });

  it('neither log nor audit file ever holds a secret or a token', async () => {
    const outcome = await post(`${service.http}${ROUTES.token}`, 'grant_type=client_credentials', {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: ask().authorization,
    });
    await askOverHttp(service.http, { authorization: [basic('reports', 'canary-secret-77')] });
    await askOverGrpc(grpc, { authorization: ['Bearer canary-secret-77'] });
    const written = [...service.logLines, readFileSync(join(service.dataDir, 'audit.jsonl'), 'utf8')].join('');
    const signature = String(outcome.body['access_token']).split('.')[2] ?? 'none';
    for (const canary of ['canary-secret-77', service.secretOf('reports'), signature, 'PRIVATE']) {
      expect(written).not.toContain(canary);
    }
  });
});
