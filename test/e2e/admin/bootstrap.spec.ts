import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRunningService } from '../running-service.ts';
import { adminToken, startAdminService, type AdminService, type Answer } from './admin-service.ts';

describe('bootstrap over the socket of the host', () => {
  let service: AdminService;
  beforeAll(async () => (service = await startAdminService({ bare: true })));
  afterAll(() => service?.stop());

  it('the socket is for its owner alone', () => {
    expect(statSync(join(service.dataDir, 'admin.sock')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['socket', 'admin.sock', 0o666, 0o600],
    ['directory', '.', 0o755, 0o700],
  ])('refuses everyone once the %s is open to others', async (_, name, wrong, right) => {
    const path = join(service.dataDir, name);
    chmodSync(path, wrong);
    const refused = await service.host('/host/v1/bootstrap', { operator: 'operator' });
    chmodSync(path, right);
    expect([refused.status, refused.body['code']]).toEqual([403, 'HOST_SOCKET_UNSAFE']);
    expect(service.core.registry.snapshot().client('operator')).toBeUndefined();
  });

  let secret = '';
  const bootstrap = (operator: string) => service.host('/host/v1/bootstrap', { operator });
  const canLogIn = ({ body }: Answer) =>
    adminToken(service.http, { id: 'root', secret: String(body['secret']) }).then(
      () => true,
      () => false,
    );

  it('says that the operator was made when that could not be recorded, and then makes another secret', async () => {
    const handle = await open(join(service.dataDir, 'audit.jsonl'));
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
    const flush = jest.spyOn(prototype, 'datasync').mockResolvedValueOnce().mockRejectedValueOnce(full);
    const unrecorded = await bootstrap('root');
    flush.mockRestore();
    expect([unrecorded.status, unrecorded.body['code']]).toEqual([503, 'AUDIT_UNAVAILABLE']);
    expect(unrecorded.body['error_description']).toMatch(
      /bootstrap was done but could not be recorded.*bootstrap again/,
    );
    expect(service.core.registry.snapshot().client('root')?.secrets).toHaveLength(1);
  });

  it('makes the first operator, and the secret anew until it was used', async () => {
    const [first, second] = [await bootstrap('root'), await bootstrap('root')];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toMatchObject({ client_id: 'root', secret: expect.stringMatching(/^mmcs_/) });
    expect((await bootstrap('other')).body['code']).toBe('BOOTSTRAP_DONE');
    expect([await canLogIn(first), await canLogIn(second)]).toEqual([false, true]);
    const third = await bootstrap('root');
    expect([third.status, third.body['code']]).toEqual([409, 'BOOTSTRAP_DONE']);
    expect(await canLogIn(second)).toBe(true);
    secret = String(second.body['secret']);
    expect(service.core.registry.snapshot().client('other')).toBeUndefined();
  });

  it('is on no other listener', async () => {
    const url = `${service.admin}/host/v1/bootstrap`;
    const headers = { authorization: `Bearer ${await adminToken(service.http, { id: 'root', secret })}` };
    const answers = [await fetch(url, { method: 'POST' }), await fetch(url, { method: 'POST', headers })];
    expect(answers.map(({ status }) => status)).toEqual([401, 404]);
  });
});

describe('a socket that cannot be opened', () => {
  it('keeps nobody from getting tokens', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mintmark-long-'));
    const dataDir = join(folder, 'd'.repeat(120));
    const service = await startRunningService({ dataDir });
    const answer = await fetch(`${service.http}/.well-known/jwks.json`);
    await service.stop();
    rmSync(folder, { recursive: true });
    expect([answer.status, existsSync(join(dataDir, 'admin.sock'))]).toEqual([200, false]);
  });
});
