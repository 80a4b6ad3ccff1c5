import { spawn } from 'node:child_process';
import { createECDH } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { importPublicJwk, parseCompact, verifyBytes, type VerificationKey } from '@mintmark/jws';
import { SAMPLE_DECLARATION } from '../../../scripts/sample.ts';
import { freePorts, ServiceProcess } from '../../../scripts/service-process.ts';
import { makeSoftToken, type SoftToken } from '../../keys/soft-token.ts';
import { prepareTokenService, requestToken } from '../../prove/services.ts';
import { filesWith, searchMemory, spellingsOf } from './search.ts';
import { privateScalars } from './soft-token-secrets.ts';

// A day in a little more than a minute: published for 5 s, signing for 6 s.
const TIME_SCALE = 600;
const ROTATIONS = 3;

let soft: SoftToken;
let folder: string;
let dataDir: string;
let base: string;
let management: string;
let service: ServiceProcess;
const lines: string[] = [];
const published = new Map<string, VerificationKey>();
const usedKids = new Set<string>();
const failures: string[] = [];
let issued = 0;

beforeAll(async () => {
  soft = makeSoftToken();
  folder = mkdtempSync(join(tmpdir(), 'mintmark-hsm-'));
  dataDir = join(folder, 'data');
  const [port = 0, managementPort = 0] = await freePorts(2);
  management = `http://127.0.0.1:${managementPort}`;
  base = `http://127.0.0.1:${port}`;
  const environment = prepareTokenService({
    ...{ issuer: base, dataDir, httpPort: port, timeScale: TIME_SCALE, declaration: SAMPLE_DECLARATION },
    environment: {
      MINTMARK_MANAGEMENT_ADDRESS: `127.0.0.1:${managementPort}`,
      MINTMARK_ROTATION_PERIOD: '3600s',
      MINTMARK_PUBLISH_AHEAD: '3010s',
      MINTMARK_SIGNING_KEYS: soft.uri,
      MINTMARK_PKCS11_PIN_FILE: soft.pinFile,
      MINTMARK_LOG_LEVEL: 'debug',
    },
  });
  service = await ServiceProcess.start({
    name: 'token-service',
    environment: {
      ...environment,
      SOFTHSM2_CONF: process.env['SOFTHSM2_CONF']!,
      NODE_OPTIONS: `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${folder}`,
    },
    onLine: (line) => lines.push(line),
    readyWithinSeconds: 60,
  });
}, 180_000);

afterAll(async () => {
  await service?.stop();
  soft?.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function refreshKeySet(): Promise<void> {
  const { keys } = (await (await fetch(`${base}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] };
  for (const jwk of keys) {
    const imported = importPublicJwk(jwk);
    if (imported.ok) published.set(jwk.kid, imported.key);
  }
}

/** A verifier that knows a key only from the key set it had before the token was asked for. */
async function askAndVerify(): Promise<void> {
  const known = new Map(published);
  const token = await requestToken(base, dataDir, 'inventory');
  const { header, signingInput, signature } = parseCompact(token)!;
  const kid = String((header as { kid?: unknown }).kid);
  const key = known.get(kid);
  if (!key) throw new Error(`signed by ${kid} before it was published`);
  if (!verifyBytes(key.algorithm, key.publicKey, signingInput, signature)) throw new Error('signature is wrong');
  usedKids.add(kid);
  issued++;
}

async function untilAnswered(): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await refreshKeySet();
      return await askAndVerify();
    } catch (error) {
      if (attempt === 100) throw error;
      await delay(200);
    }
  }
}

describe('keys in a PKCS#11 token', () => {
  it('are rotated under load: every token verifies with a key that was published before', async () => {
    await refreshKeySet();
    const started = Date.now();
    let going = true;
    const polling = (async () => {
      while (going) {
        await refreshKeySet();
        await delay(250);
      }
    })();
    const asking = async () => {
      while (going) await askAndVerify().catch((error: unknown) => failures.push(String(error)));
    };
    const requesters = Array.from({ length: 4 }, asking);
    while (usedKids.size < ROTATIONS + 1 && Date.now() - started < 120_000) await delay(200);
    going = false;
    await Promise.all([polling, ...requesters]);
    expect(failures).toEqual([]);
    expect(usedKids.size).toBeGreaterThan(ROTATIONS);
    expect(issued).toBeGreaterThan(100);
  }, 180_000);

  it('are in no file, log, heap snapshot or memory of the service', async () => {
    await askAndVerify();
    const secrets = privateScalars(join(soft.folder, 'tokens'), soft.pin);
    expect(secrets.length).toBeGreaterThanOrEqual(2);
    // These are the keys that sign: their public halves are in the key set.
    const points = [...published.values()].map(({ publicKey }) => publicKey.export({ format: 'jwk' }).x);
    expect(secrets.some((secret) => points.includes(xOf(secret)))).toBe(true);

    process.kill(service.pid, 'SIGUSR2');
    const snapshots = () => readdirSync(folder).filter((name) => name.endsWith('.heapsnapshot'));
    while (snapshots().length === 0) await delay(200);
    await untilAnswered(); // The snapshot is written then.
    writeFileSync(join(folder, 'service.log'), lines.join('\n'));
    const needles = secrets.flatMap(spellingsOf);
    expect(filesWith(folder, needles)).toEqual([]);

    const ours = searchMemory(service.pid, needles);
    expect(ours.found).toBe(0);
    expect(ours.searched).toBeGreaterThan(50 * 1024 * 1024);
  }, 120_000);

  it('while the search does find a key that a process holds itself', async () => {
    const holder = spawn(process.execPath, ['--eval', HOLDS_A_KEY], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [printed] = (await once(holder.stdout, 'data')) as [Buffer];
      const secret = Buffer.from(printed.toString().trim(), 'base64url');
      // It printed the key as text; what is looked for here is the key itself, as OpenSSL has it.
      expect(searchMemory(holder.pid!, spellingsOf(secret).slice(0, 2)).found).toBeGreaterThan(0);
    } finally {
      holder.kill('SIGKILL');
    }
  });

  it('nor is the PIN', () => {
    const needles = [Buffer.from(soft.pin)];
    expect(filesWith(dataDir, needles)).toEqual([]);
    expect(readFileSync(join(folder, 'service.log')).includes(needles[0]!)).toBe(false);
    expect(readFileSync(`/proc/${service.pid}/environ`).includes(needles[0]!)).toBe(false);
  });

  it('are sealed while the token is gone, and sign again when it is back', async () => {
    const probe = async () => {
      const answer = await fetch(`${management}/readyz`);
      return [answer.status, await answer.text()] as const;
    };
    const figure = async () =>
      /^mintmark_signing_sealed\{ring="public",algorithm="ES256".*\} (\d)$/m.exec(
        await (await fetch(`${management}/metrics`)).text(),
      )?.[1];
    expect([(await probe())[0], await figure()]).toEqual([200, '0']);
    soft.fail('gone');
    await expect(requestToken(base, dataDir, 'inventory')).rejects.toThrow(/503 SIGNING_SEALED/);
    const [status, body] = await probe();
    expect([status, body, await figure()]).toEqual([503, expect.stringContaining('ES256 is sealed: '), '1']);
    soft.fail('none');
    await untilAnswered();
    expect([(await probe())[0], await figure()]).toEqual([200, '0']);
  }, 60_000);
});

const HOLDS_A_KEY = `
  const { privateKey } = require('node:crypto').generateKeyPairSync('ec', { namedCurve: 'P-256' });
  console.log(privateKey.export({ format: 'jwk' }).d);
  setInterval(() => privateKey.type, 1000);
`;

function xOf(secret: Buffer): string {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(secret);
  return curve.getPublicKey().subarray(1, 33).toString('base64url');
}
