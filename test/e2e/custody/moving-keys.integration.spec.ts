import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseCompact } from '@mintmark/jws';
import { build } from '../../../scripts/build-workspaces.js';
import { SAMPLE_DECLARATION } from '../../../scripts/sample.ts';
import { freePorts, ServiceProcess } from '../../../scripts/service-process.ts';
import { makeSoftToken, type SoftToken } from '../../keys/soft-token.ts';
import { prepareTokenService, requestToken } from '../../prove/services.ts';

// Published for 15 s, signing for 18 s.
const TIME_SCALE = 200;

let soft: SoftToken;
let folder: string;
let ports: readonly number[];
let service: ServiceProcess | undefined;

beforeAll(async () => {
  expect(build()).toBe(0);
  soft = makeSoftToken();
  folder = mkdtempSync(join(tmpdir(), 'mintmark-moving-'));
  ports = await freePorts(2);
}, 180_000);

afterAll(async () => {
  await service?.stop();
  soft?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const base = () => `http://127.0.0.1:${ports[0]}`;

async function startWith(places: Readonly<Record<string, string>>): Promise<void> {
  await service?.stop();
  const prepared = prepareTokenService({
    ...{ issuer: base(), dataDir: join(folder, 'data'), httpPort: ports[0]!, timeScale: TIME_SCALE },
    declaration: SAMPLE_DECLARATION,
    environment: {
      MINTMARK_MANAGEMENT_ADDRESS: `127.0.0.1:${ports[1]}`,
      MINTMARK_ROTATION_PERIOD: '3600s',
      MINTMARK_PUBLISH_AHEAD: '3010s',
      MINTMARK_PKCS11_PIN_FILE: soft.pinFile,
      ...places,
    },
  });
  const environment = { ...prepared, SOFTHSM2_CONF: process.env['SOFTHSM2_CONF']! };
  service = await ServiceProcess.start({ name: 'token-service', environment, readyWithinSeconds: 60 });
}

async function signer(): Promise<string> {
  const token = await requestToken(base(), join(folder, 'data'), 'inventory');
  return String((parseCompact(token)!.header as { kid?: unknown }).kid);
}

const uriOf = (token: string) => `pkcs11:token=${token}?module-path=${soft.address.modulePath}`;

async function untilAnotherSigns(than: string): Promise<string> {
  for (;;) {
    const kid = await signer();
    if (kid !== than) return kid;
    await delay(500);
  }
}

/** The key that signs and the one that is published already were made before. */
async function untilTheNextPlaceSigns(from: string): Promise<string> {
  return untilAnotherSigns(await untilAnotherSigns(from));
}

it('keys move from the database to a token, to another one and back, and there is no token that could not be had meanwhile', async () => {
  await startWith({});
  const local = await signer();
  await startWith({ MINTMARK_SIGNING_KEYS: uriOf('mintmark') });
  expect(await signer()).toBe(local);
  const first = await untilTheNextPlaceSigns(local);
  soft.addToken('second');
  await startWith({ MINTMARK_SIGNING_KEYS: uriOf('second'), MINTMARK_SIGNING_KEYS_ALSO: uriOf('mintmark') });
  expect(await signer()).toBe(first);
  await startWith({ MINTMARK_SIGNING_KEYS_ALSO: `${uriOf('mintmark')} ${uriOf('second')}` });
  expect(await signer()).toBe(first);
  await untilTheNextPlaceSigns(first);
  await startWith({});
  await signer();
}, 300_000);

it('what is missing when they are not read from where they were made is named', async () => {
  rmSync(join(folder, 'data'), { recursive: true, force: true });
  await startWith({ MINTMARK_SIGNING_KEYS: uriOf('mintmark') });
  await signer();
  await startWith({});
  await expect(signer()).rejects.toThrow(/503 SIGNING_SEALED/);
  const answer = await fetch(`http://127.0.0.1:${ports[1]}/readyz`);
  expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('MINTMARK_SIGNING_KEYS_ALSO')]);
}, 180_000);
