import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startAdminService, type AdminService } from './admin-service.ts';

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

  it('makes the first operator, once', async () => {
    const first = await service.host('/host/v1/bootstrap', { operator: 'root' });
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ client_id: 'root', secret: expect.stringMatching(/^mmcs_/) });
    const second = await service.host('/host/v1/bootstrap', { operator: 'other' });
    expect([second.status, second.body['code']]).toEqual([409, 'BOOTSTRAP_DONE']);
    expect(service.core.registry.snapshot().client('other')).toBeUndefined();
  });

  it('is on no other listener', async () => {
    const answer = await fetch(`${service.admin}/host/v1/bootstrap`, { method: 'POST' });
    expect(answer.status).toBe(404);
  });
});
