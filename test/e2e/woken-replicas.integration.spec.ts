import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresServer } from '../../scripts/servers/postgres.ts';
import { untilItHolds } from '../storage/until-it-holds.ts';
import { startAdminService, type AdminService } from './admin/admin-service.ts';

/** As rarely as a lease allows: far longer than any test waits. */
const POLL_SECONDS = 150;

describe('a replica that hardly ever polls', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mintmark-woken-'));
  let server: PostgresServer;
  let changing: AdminService;
  let told: AdminService;

  beforeAll(async () => {
    server = await PostgresServer.start({ fsync: false });
    const kek = join(folder, 'kek');
    writeFileSync(kek, randomBytes(32), { mode: 0o600 });
    const settings = {
      MINTMARK_DATABASE_URL: server.url(),
      MINTMARK_DATABASE_PASSWORD_FILE: server.passwordFile,
      MINTMARK_KEK_FILE: kek,
      MINTMARK_ISSUER: 'http://127.0.0.1:4000',
    };
    const start = (name: string) => ({ settings, dataDir: join(folder, name), pollSeconds: POLL_SECONDS });
    changing = await startAdminService(start('one'));
    told = await startAdminService({ ...start('other'), bare: true });
  }, 60_000);

  afterAll(async () => {
    await Promise.all([changing?.stop(), told?.stop()]);
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const held = () => told.core.keys.figures()!.set;
  const standby = () => held().keys.find((key) => key.state === 'published');

  it('follows what another one changes all the same: the database tells it', async () => {
    await untilItHolds(() => standby() !== undefined);
    // More than once: what was told at the start, to be safe, tells nothing.
    for (let times = 0; times < 3; times++) {
      const { kid } = standby() as { readonly kid: string };
      const destroyed = await changing.call('POST', `/admin/v1/keys/${kid}/destroy`, { body: { ring: 'public' } });
      expect(destroyed.status).toBe(200);
      await untilItHolds(() => standby() === undefined);
      const prepared = await changing.call('POST', '/admin/v1/keys/prepare', { body: { ring: 'public' } });
      expect(prepared.status).toBe(200);
      await untilItHolds(() => standby() !== undefined);
    }
  }, 60_000);
});
