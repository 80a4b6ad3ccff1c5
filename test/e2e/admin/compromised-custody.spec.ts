import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROUTES } from '@mintmark/contract';
import { keyEncryptionKey } from '../../../apps/token-service/src/adapters/signing/local/key-encryption-key.ts';
import { freePorts } from '../../../scripts/service-process.ts';
import { startRunningService, type RunningService } from '../running-service.ts';

const folder = mkdtempSync(join(tmpdir(), 'mintmark-custody-'));
const kek = (name: string) => join(folder, name);
const operator = { clientId: 'ann', tokenId: 'test', requestId: 'test', scopes: ['keys:rotate'] };
let service: RunningService;

describe('everything under a key-encryption key, compromised', () => {
  beforeAll(async () => {
    for (const name of ['old', 'new']) writeFileSync(kek(name), randomBytes(32), { mode: 0o600 });
    const [port] = await freePorts(1);
    const place = { MINTMARK_ISSUER: `http://127.0.0.1:${port}`, MINTMARK_HTTP_ADDRESS: `127.0.0.1:${port}` };
    const start = (settings: Record<string, string>) =>
      startRunningService({ dataDir: join(folder, 'data'), settings: { ...place, ...settings } });
    await (await start({ MINTMARK_KEK_FILE: kek('old') })).stop();
    // On the keys of before, where another key-encryption key makes new ones.
    service = await start({ MINTMARK_KEK_FILE: kek('new'), MINTMARK_KEK_FILES: kek('old') });
  });
  afterAll(async () => {
    await service?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is lost in every ring, those that tell verifiers of revocations included', async () => {
    const before = await service.core.administration.inspection.keyStatus();
    const old = before.flatMap(({ keys }) => keys.map(({ kid }) => kid));
    const kid = before[0]!.keys.find(({ state }) => state === 'active')!.kid!;
    const live = service.core.administration.administrations.for({ plan: false });
    const order = { ring: 'public', kid, scope: 'custody', reason: 'backup leaked' } as const;
    const planning = service.core.administration.administrations.for({ plan: true });
    const planned = await planning.compromiseKey({ ...order, withoutStandby: 'seal' }, operator);
    const { rings, custody, witnessed } = await live.compromiseKey({ ...order, withoutStandby: 'seal' }, operator);
    expect([custody, witnessed]).toEqual([[keyEncryptionKey(readFileSync(kek('old'))).id], true]);
    expect(planned.custody).toEqual(custody);
    expect(rings.map(({ ring, compromised }) => [ring, compromised.length])).toEqual([
      ['public', 2],
      ['admin', 2],
      ['revocations', 2],
    ]);
    const trusted = (await service.core.administration.inspection.keyStatus())
      .flatMap(({ keys }) => keys)
      .filter(({ state }) => state !== 'compromised');
    expect(trusted.filter((key) => old.includes(key.kid))).toEqual([]);
  });

  it('what is revoked is told at once, with a key that was never there, though tokens are sealed', async () => {
    const document = await (await fetch(service.http + ROUTES.revocations)).text();
    const { kid } = JSON.parse(Buffer.from(document.split('.')[0]!, 'base64url').toString()) as { kid: string };
    const served = (await (await fetch(service.http + ROUTES.revocationKeys)).json()) as { keys: { kid: string }[] };
    expect(served.keys.map((key) => key.kid)).toContain(kid);
    const { revoked } = JSON.parse(Buffer.from(document.split('.')[1]!, 'base64url').toString()) as {
      revoked: [string, string][];
    };
    expect(revoked.filter(([kind]) => kind === 'key')).toHaveLength(6);
    expect(revoked.map(([, id]) => id)).not.toContain(kid);
    expect(service.core.readiness.reasonsAgainst()).toContain('no key is active');
  });

  it('is said to be unwitnessed where the witness cannot be written', async () => {
    rmSync(join(folder, 'data', 'witness.json'));
    mkdirSync(join(folder, 'data', 'witness.json'));
    const [{ keys } = { keys: [] }] = await service.core.administration.inspection.keyStatus();
    const kid = keys.find(({ state }) => state === 'published')!.kid!;
    const live = service.core.administration.administrations.for({ plan: false });
    const order = { ring: 'public', kid, scope: 'key', reason: 'a drill', withoutStandby: 'seal' } as const;
    expect(await live.compromiseKey(order, operator)).toMatchObject({ witnessed: false });
    const metrics = await (await fetch(`${service.management}/metrics`)).text();
    expect(metrics).toMatch(/^mintmark_witness_behind\{.*\} 1$/m);
    expect(metrics).toMatch(/^mintmark_witness_failures_total\{.*\} [1-9]/m);
  });
});
