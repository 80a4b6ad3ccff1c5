import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { provideClientSecret } from '../../../scripts/sample.ts';
import { freePorts, ServiceProcess } from '../../../scripts/service-process.ts';
import { basic } from '../issuing/ask-for-token.ts';
import { connectKeySet, RawWatcher, until, type KeySetClient } from './raw-watcher.ts';

const DECLARATION = fileURLToPath(new URL('./declaration.yaml', import.meta.url));

/** An hour is 36 seconds, and ten minutes are six. */
const SCALE = 100;
const EARLY_MILLIS = 6_000;
const P_MILLIS = 36_000;

interface Ring {
  readonly keys: readonly { kid: string; state: string; published_at: string; held_by: number }[];
  readonly verifiers: { readonly watching: number } | null;
}

describe('a rotation of real processes, where no foreign verifiers are to be expected', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mintmark-watch-'));
  const dataDir = join(folder, 'data');
  const consumers: ServiceProcess[] = [];
  let [issuer, admin] = ['', ''];
  let service: ServiceProcess;
  let client: KeySetClient;
  const secrets = new Map<string, string>();

  beforeAll(async () => {
    const [port, adminPort] = await freePorts(2);
    admin = `http://127.0.0.1:${adminPort}`;
    issuer = `http://127.0.0.1:${port}`;
    const settings = {
      ...{ MINTMARK_MODE: 'development', MINTMARK_TIME_SCALE: String(SCALE), MINTMARK_ISSUER: issuer },
      ...{ MINTMARK_DATA_DIR: dataDir, MINTMARK_CONFIG: DECLARATION, MINTMARK_FOREIGN_VERIFIERS: 'none' },
      ...{ MINTMARK_HTTP_ADDRESS: `127.0.0.1:${port}`, MINTMARK_GRPC_ADDRESS: '127.0.0.1:0' },
      ...{ MINTMARK_MANAGEMENT_ADDRESS: '127.0.0.1:0', MINTMARK_ADMIN_ADDRESS: `127.0.0.1:${adminPort}` },
      ...{ MINTMARK_ADMIN_GRPC_ADDRESS: '127.0.0.1:0', MINTMARK_LOG_LEVEL: 'warn' },
    };
    const file = (id: string) => provideClientSecret(dataDir, settings, id);
    for (const id of ['orders', 'inventory', 'ann']) secrets.set(id, readFileSync(file(id), 'utf8').trim());
    service = await ServiceProcess.start({ name: 'token-service', environment: settings, readyWithinSeconds: 60 });
    for (let each = 0; each < 2; each++) {
      consumers.push(
        await ServiceProcess.start({
          name: 'consumer-service',
          environment: {
            ...{ MINTMARK_MODE: 'development', MINTMARK_TIME_SCALE: String(SCALE), MINTMARK_ISSUER: issuer },
            ...{
              MINTMARK_WATCH_ADDRESS: service.ready.grpc,
              MINTMARK_CLIENT_SECRET_FILE: join(dataDir, 'inventory.secret'),
            },
            ...{ MINTMARK_CONSUMER_HTTP_ADDRESS: '127.0.0.1:0', MINTMARK_CONSUMER_GRPC_ADDRESS: '127.0.0.1:0' },
          },
          readyWithinSeconds: 60,
        }),
      );
    }
    client = connectKeySet(service.ready.grpc);
  }, 120_000);

  afterAll(async () => {
    client?.close();
    await Promise.all([...consumers, service].map((each) => each?.stop()));
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const token = async (id: string, audience: string): Promise<string> => {
    const body = new URLSearchParams({ grant_type: 'client_credentials', audience });
    const headers = { authorization: basic(id, secrets.get(id)!) };
    const answer = await (await fetch(`${issuer}/oauth2/token`, { method: 'POST', headers, body })).json();
    return (answer as { access_token: string }).access_token;
  };
  const call = async (method: string, path: string): Promise<{ status: number; body: Record<string, unknown> }> => {
    const authorization = `Bearer ${await token('ann', 'mintmark-admin')}`;
    const response = await fetch(`${admin}/admin/v1${path}`, {
      ...{ method, headers: { authorization, 'content-type': 'application/json' } },
      ...(method === 'POST' && { body: '{}' }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const ring = async () => ((await call('GET', '/keys')).body['rings'] as [Ring])[0];
  const standby = async () => (await ring()).keys.find(({ state }) => state === 'published');
  const standbyHeldBy = async (verifiers: number) => {
    let found = await standby();
    await until(async () => (found = await standby())?.held_by === verifiers);
    return { kid: found!.kid, publishedAt: Date.parse(found!.published_at) };
  };
  const age = (publishedAt: number, millis: number) =>
    new Promise((resolve) => setTimeout(resolve, publishedAt + millis - Date.now()));
  const accepted = async () => {
    const authorization = `Bearer ${await token('orders', 'inventory')}`;
    return Promise.all(
      consumers.map(
        async ({ ready }) => (await fetch(`http://${ready.http}/stock`, { headers: { authorization } })).status,
      ),
    );
  };

  it('comes early, because both verifiers acknowledged the next key, and nobody refuses its tokens', async () => {
    const { kid, publishedAt } = await standbyHeldBy(2);
    expect((await ring()).verifiers?.watching).toBe(2);
    await age(publishedAt, EARLY_MILLIS + 100);
    expect(await call('POST', '/keys/rotate')).toMatchObject({ status: 200, body: { active_kid: kid } });
    expect(Date.now() - publishedAt).toBeLessThan(P_MILLIS);
    expect(await accepted()).toEqual([200, 200]);
    const users = (await call('GET', `/keys/${kid}/users`)).body;
    expect(users).toMatchObject({ state: 'active', watching: 2, holding: 2 });
    expect(Date.parse(String(users['tokens_until']))).toBeGreaterThan(publishedAt);
  }, 60_000);

  it('waits because of a single one, which is named, until that says goodbye', async () => {
    const mute = new RawWatcher(client, await token('inventory', 'mintmark-keyset')).hello('mute');
    await mute.received(1);
    const { kid, publishedAt } = await standbyHeldBy(2);
    await until(async () => (await ring()).verifiers?.watching === 3);
    await age(publishedAt, EARLY_MILLIS + 100);
    const refused = await call('POST', '/keys/rotate');
    expect(refused).toMatchObject({ status: 409, body: { code: 'KEYS_ROTATION_TOO_EARLY' } });
    expect(JSON.stringify(refused.body)).toContain('inventory for inventory, mute');
    // Its token ends its stream; it comes back as one that goes.
    new RawWatcher(client, await token('inventory', 'mintmark-keyset')).hello('mute').goodbye();
    await until(async () => (await ring()).verifiers?.watching === 2);
    expect(await call('POST', '/keys/rotate')).toMatchObject({ status: 200, body: { active_kid: kid } });
    expect(await accepted()).toEqual([200, 200]);
  }, 60_000);
});
