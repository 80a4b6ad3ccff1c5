import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { getKekStatus, sendOverSocket } from '@mintmark/admin-client';
import { SqlAuditAnchors } from '../../../apps/token-service/src/adapters/sql/audit-anchors.ts';
import { nothingWasChanged } from '../../../apps/token-service/src/adapters/sql/storage-unavailable.ts';
import { loadConfig } from '../../../apps/token-service/src/config/load-config.ts';
import { writeClientSecret } from '../../../apps/token-service/src/modules/client-secret-file.ts';
import { startRunningService } from '../running-service.ts';
import { askForToken } from './admin-service.ts';

const folder = mkdtempSync(join(tmpdir(), 'mintmark-host-secret-'));
const dataDir = join(folder, 'data');
const settings = { MINTMARK_CONFIG: fileURLToPath(new URL('../issuing/declaration.yaml', import.meta.url)) };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const make = (client: string, file: string) =>
  writeClientSecret(
    loadConfig({ MINTMARK_MODE: 'development', MINTMARK_DATA_DIR: dataDir, ...settings }),
    client,
    join(folder, file),
  );
const secretIn = (file: string) => readFileSync(join(folder, file), 'utf8').trim();
const actions = () =>
  readFileSync(join(dataDir, 'audit.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ event }) => event === 'operator.action')
    .map(({ action, actor, subject, outcome, code = '' }) => [action, actor, subject, outcome, code].join(' ').trim());

describe('a secret made on the host', () => {
  it('is written to a file for its owner alone, and recorded, where no service is running', async () => {
    await make('reports', 'reports.secret');
    expect(statSync(join(folder, 'reports.secret')).mode & 0o777).toBe(0o600);
    expect(secretIn('reports.secret')).toMatch(/^mmcs_/);
    expect(actions()).toEqual(['credential.rotate host reports begun', 'credential.rotate host reports done']);
  });

  it('leaves nothing where it is refused, but the record', async () => {
    await expect(make('nobody', 'nobody.secret')).rejects.toMatchObject({ code: 'CLIENT_UNKNOWN' });
    expect(existsSync(join(folder, 'nobody.secret'))).toBe(false);
    expect(actions().at(-1)).toBe('credential.rotate host nobody denied CLIENT_UNKNOWN');
  });

  it('is not lost because the end of the audit file cannot be kept in the database', async () => {
    const lost = nothingWasChanged(new Error('connection lost'));
    const add = jest.spyOn(SqlAuditAnchors.prototype, 'add').mockRejectedValue(lost);
    await make('reports', 'second.secret');
    add.mockRestore();
    expect(secretIn('second.secret')).toMatch(/^mmcs_/);
  });

  it('overwrites nothing', async () => {
    const before = secretIn('reports.secret');
    await expect(make('reports', 'reports.secret')).rejects.toMatchObject({ code: 'EEXIST' });
    expect(secretIn('reports.secret')).toBe(before);
  });

  describe('beside a service', () => {
    let service: Awaited<ReturnType<typeof startRunningService>>;
    beforeAll(async () => (service = await startRunningService({ dataDir, settings })));
    afterAll(() => service?.stop());

    it('is made by the service, which alone writes to the audit file', async () => {
      await make('orders', 'orders.secret');
      expect(actions().slice(-2)).toEqual([
        'credential.rotate host orders begun',
        'credential.rotate host orders done',
      ]);
      const ask = { id: 'orders', secret: secretIn('orders.secret') };
      expect((await askForToken(service.http, ask, { audience: 'inventory' })).status).toBe(200);
      await expect(make('nobody', 'nobody.secret')).rejects.toMatchObject({ code: 'CLIENT_UNKNOWN' });
      expect(existsSync(join(folder, 'nobody.secret'))).toBe(false);
    });
  });

  it('is made over a data directory that is a link, too', async () => {
    const link = join(folder, 'link');
    symlinkSync(dataDir, link);
    const service = await startRunningService({ dataDir: link, settings });
    const status = await sendOverSocket(getKekStatus(), { path: join(link, 'admin.sock') });
    await service.stop();
    expect(status.keys).toBeGreaterThan(0);
  });
});
