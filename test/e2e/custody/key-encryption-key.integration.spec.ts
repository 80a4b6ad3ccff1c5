import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePorts, ServiceProcess } from '../../../scripts/service-process.ts';
import { preloading, prepareTokenService, requestToken } from '../../prove/services.ts';

const run = promisify(execFile);

const DECLARATION = `apiVersion: mintmark/v1
resources:
  - { id: inventory, scopes: [stock:read] }
  - { id: billing, scopes: [invoices:read], signingAlgorithm: EdDSA }
clients:
  - { id: orders, credentials: [{ kind: client_secret }] }
policies:
  - { client: orders, resource: inventory, scopes: [stock:read] }
  - { client: orders, resource: billing, scopes: [invoices:read] }
`;

let folder: string;
let dataDir: string;
let base: string;
let port: number;
let service: ServiceProcess | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mintmark-kek-'));
  dataDir = join(folder, 'data');
  for (const name of ['old', 'new']) writeFileSync(join(folder, name), randomBytes(32), { mode: 0o600 });
  writeFileSync(join(folder, 'declaration.yaml'), DECLARATION);
  [port = 0] = await freePorts(1);
  base = `http://127.0.0.1:${port}`;
}, 120_000);

afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(keks: readonly string[], more: Record<string, string> = {}): Promise<void> {
  const [primary = '', ...others] = keks.map((name) => join(folder, name));
  const environment = prepareTokenService({
    ...{ issuer: base, dataDir, httpPort: port, declaration: join(folder, 'declaration.yaml') },
    environment: {
      MINTMARK_PUBLISH_AHEAD: '1s',
      MINTMARK_UNSAFE_TIMING: 'true',
      MINTMARK_KEK_FILE: primary,
      MINTMARK_KEK_FILES: others.join(),
    },
  });
  service = await ServiceProcess.start({
    name: 'token-service',
    environment: { ...environment, ...more },
    readyWithinSeconds: 40,
  });
}

interface Outcome {
  readonly keks?: readonly { id: string; primary: boolean; wraps: number; sole_wraps: number }[];
  readonly failed?: readonly { key: string; reason: string }[];
  readonly error?: { code: string };
}

async function kek(...args: string[]): Promise<Outcome> {
  const command = ['apps/cli/bin/mintmark.js', 'kek', ...args, '--data-dir', dataDir, '-o', 'json'];
  const { stdout, stderr } = await run(process.execPath, command).catch(
    (error: unknown) => error as { stdout: string; stderr: string },
  );
  return JSON.parse(stdout || stderr.slice(stderr.indexOf('{'))) as Outcome;
}

async function until<Value>(act: () => Promise<Value>): Promise<Value> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (attempt === 100) throw error;
      await delay(200);
    }
  }
}

async function kids(): Promise<string[]> {
  const { keys } = (await (await fetch(`${base}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid).sort();
}

function storedKids(): unknown[] {
  const database = new DatabaseSync(join(dataDir, 'mintmark.db'));
  const kids = database.prepare('select kid from local_key order by kid').all();
  database.close();
  return kids;
}

function damageActiveKey(algorithm: string): string {
  const database = new DatabaseSync(join(dataDir, 'mintmark.db'));
  const { kid } = database
    .prepare(`select kid from signing_key where algorithm = ? and state = 'active'`)
    .get(algorithm) as { kid: string };
  const { ciphertext } = database.prepare('select ciphertext from local_key where kid = ?').get(kid) as {
    ciphertext: Uint8Array;
  };
  ciphertext[40]! ^= 1;
  database.prepare('update local_key set ciphertext = ? where kid = ?').run(ciphertext, kid);
  database.close();
  return kid;
}

describe('a key-encryption key that is rotated', () => {
  it('survives a kill halfway and a damaged key: it goes on, and no key is made in silence', async () => {
    await start(['old']);
    for (const audience of ['inventory', 'billing']) await until(() => requestToken(base, dataDir, audience));
    await until(async () => expect(await kids()).toHaveLength(4));
    const before = await kids();
    const [oldKek] = (await kek('status')).keks!;
    await service!.stop();

    await start(['new', 'old'], preloading(new URL('./kill-while-rewrapping.ts', import.meta.url)));
    expect((await kek('rotate', oldKek!.id)).error?.code).toBe('ANSWER_LOST');
    await service!.ended;
    const damaged = damageActiveKey('EdDSA');

    await start(['new', 'old']);
    const half = (await kek('status')).keks!;
    expect(half.map(({ wraps }) => wraps > 0)).toEqual([true, true]);
    const { failed } = await kek('rotate', oldKek!.id);
    expect(failed).toEqual([{ key: expect.stringContaining(damaged), reason: expect.stringMatching(/was changed/) }]);
    expect(await kids()).toEqual(before);
    await requestToken(base, dataDir, 'inventory');
    await expect(requestToken(base, dataDir, 'billing')).rejects.toThrow(/503 SIGNING_SEALED/);
    await service!.stop();

    // The old key is gone for good: what was damaged stays damaged, and everything else goes on without it.
    await start(['new']);
    await requestToken(base, dataDir, 'inventory');
    await expect(requestToken(base, dataDir, 'billing')).rejects.toThrow(/503 SIGNING_SEALED/);
    expect(await kids()).toEqual(before);
    const after = (await kek('status')).keks!;
    expect(after.find(({ primary }) => primary)!.wraps).toBeGreaterThan(0);
    expect(after.find(({ id }) => id === oldKek!.id)).toMatchObject({ wraps: 1, sole_wraps: 1 });
    expect((await kek('drop', oldKek!.id)).failed).toMatchObject([{ reason: expect.stringMatching(/last wrap/) }]);
  }, 120_000);

  it('that is another one than was used: nothing is signed or made, nor is a key set served that cannot be checked', async () => {
    const before = storedKids();
    await service!.stop();
    writeFileSync(join(folder, 'stranger'), randomBytes(32), { mode: 0o600 });
    await expect(start(['stranger'])).resolves.toBeUndefined();
    await expect(requestToken(base, dataDir, 'inventory')).rejects.toThrow(/503/);
    expect((await fetch(`${base}/.well-known/jwks.json`)).status).toBe(503);
    expect(storedKids()).toEqual(before);
  }, 60_000);
});
