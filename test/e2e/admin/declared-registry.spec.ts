import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startRunningService } from '../running-service.ts';
import { adminToken, startAdminService, type AdminService } from './admin-service.ts';
import { DECLARATION } from './operations/row.ts';

const SCOPES = 'registry:read, registry:write, registry:admin, keys:read, keys:rotate, audit:read';
const RULING = DECLARATION.replace(
  'clients:',
  'clients:\n  - { id: chief, credentials: [{ kind: client_secret }] }',
).concat(`  - { client: chief, resource: mintmark-admin, scopes: [${SCOPES}] }\n`);

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !condition(); turn++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(condition()).toBe(true);
}

describe('with a declaration file that rules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mintmark-declared-'));
  const file = join(folder, 'mintmark.yaml');
  let service: AdminService;
  let token: string;

  beforeAll(async () => {
    write(RULING);
    service = await startAdminService({ bare: true, settings: { MINTMARK_CONFIG: file } });
  });
  afterAll(async () => {
    await service?.stop();
    rmSync(folder, { recursive: true });
  });

  /** As editors and deployments do: whole, by renaming. */
  function write(text: string): void {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  }

  it('bootstrap makes a secret for a client that the file lets administer, for no other, and once', async () => {
    const stranger = await service.host('/host/v1/bootstrap', { operator: 'orders' });
    expect([stranger.status, stranger.body['code']]).toEqual([409, 'OPERATOR_REQUIRED']);
    const made = await service.host('/host/v1/bootstrap', { operator: 'chief' });
    expect(made.status).toBe(201);
    token = await adminToken(service.http, { id: 'chief', secret: String(made.body['secret']) });
    const again = await service.host('/host/v1/bootstrap', { operator: 'chief' });
    expect([again.status, again.body['code']]).toEqual([409, 'BOOTSTRAP_DONE']);
  });

  it.each([
    ['/admin/v1/clients', { id: 'more' }],
    ['/admin/v1/clients', { id: 'more', plan: true }],
    ['/admin/v1/clients/orders/disable', {}],
    ['/admin/v1/clients/orders/enable', {}],
    ['/admin/v1/registry/apply', { declaration: DECLARATION, base_version: 0 }],
  ])('refuses POST %s %j', async (path, body) => {
    const before = service.core.registry.snapshot().version;
    const refused = await service.call('POST', path, { body, token });
    expect([refused.status, refused.body['code']]).toEqual([409, 'REGISTRY_READ_ONLY']);
    expect(service.core.registry.snapshot().version).toBe(before);
  });

  it('still makes secrets, plans, and shows', async () => {
    const calls = [
      await service.call('POST', '/admin/v1/clients/orders/secrets', { token }),
      await service.call('POST', '/admin/v1/registry/plan', { token, body: { declaration: DECLARATION } }),
      await service.call('GET', '/admin/v1/registry/export', { token }),
    ];
    expect(calls.map(({ status }) => status)).toEqual([201, 200, 200]);
  });

  it('is read again when it changes', async () => {
    write(RULING.replace('clients:', 'clients:\n  - { id: added, credentials: [{ kind: client_secret }] }'));
    await until(() => service.core.registry.snapshot().client('added') !== undefined);
    write(RULING);
    await until(() => service.core.registry.snapshot().client('added') === undefined);
  });

  it('does not wait for what operators have read', async () => {
    const large = Array.from(
      { length: 5_000 },
      (_, n) => `  - { id: c${n}, credentials: [{ kind: client_secret }] }\n`,
    );
    const body = { declaration: DECLARATION.replace('clients:\n', `clients:\n${large.join('')}`) };
    let done = false;
    const planOnAndOn = async () => {
      while (!done) await service.call('POST', '/admin/v1/registry/plan', { token, body });
    };
    const planning = Array.from({ length: 5 }, planOnAndOn);
    await service.call('POST', '/admin/v1/registry/plan', { token, body });
    write(
      RULING.replace('clients:', 'clients:\n  - { id: swift, credentials: [{ kind: client_secret }] }').padEnd(
        40_000,
        '#',
      ),
    );
    try {
      await until(() => service.core.registry.snapshot().client('swift') !== undefined);
    } finally {
      done = true;
      await Promise.all(planning);
    }
    expect(service.logLines.filter((line) => line.includes('the registry could not be refreshed'))).toEqual([]);
  });

  it('when it is wrong, the registry stays as it was, and the log says why, once', async () => {
    const before = service.core.registry.snapshot();
    const complaints = () => service.logLines.filter((line) => line.includes('the registry stays as it was'));
    write(RULING.replace('id: orders', 'identity: orders'));
    await until(() => complaints().length > 0);
    expect(service.core.registry.snapshot()).toBe(before);
    expect(complaints()[0]).toMatch(/"line":\d+.*identity/);
    rmSync(file);
    await until(() => complaints().length > 1);
    expect(service.core.registry.snapshot()).toBe(before);
    write(RULING.replace('clients:', 'clients:\n  - { id: mended, credentials: [{ kind: client_secret }] }'));
    await until(() => service.core.registry.snapshot().client('mended') !== undefined);
    expect(complaints()).toHaveLength(2);
  });
});

it('a file that removes more clients than verifiers can be told of is no start, and says how to go on', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'mintmark-many-'));
  const settings = { MINTMARK_CONFIG: join(dataDir, 'mintmark.yaml') };
  const many = Array.from({ length: 9_801 }, (_, n) => `  - { id: c${n}, credentials: [{ kind: client_secret }] }\n`);
  writeFileSync(settings.MINTMARK_CONFIG, RULING.replace('clients:\n', `clients:\n${many.join('')}`));
  await (await startRunningService({ dataDir, settings })).stop();
  writeFileSync(settings.MINTMARK_CONFIG, RULING);
  const again = startRunningService({ dataDir, settings });
  await expect(again).rejects.toThrow(/^The declaration file was not applied\.\n.*Revoke in parts/);
  rmSync(dataDir, { recursive: true });
});
