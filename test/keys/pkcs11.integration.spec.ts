import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { importPublicJwk, verifyBytes } from '@mintmark/jws';
import { Pkcs11SigningKeys } from '../../apps/token-service/src/adapters/signing/pkcs11/pkcs11-signing-keys.ts';
import {
  TokenProcess,
  TokenSetupError,
  type TokenProcessOptions,
} from '../../apps/token-service/src/adapters/signing/pkcs11/token-process.ts';
import { PromptSigningKeys } from '../../apps/token-service/src/adapters/signing/prompt-signing-keys.ts';
import { makeSoftToken, plantKey, type SoftToken } from './soft-token.ts';
import { signingKeyProviderContract } from './signing-key-provider.contract.ts';

let soft: SoftToken;
let shared: TokenProcess;
const opened: TokenProcess[] = [];
let issuers = 0;
const nextIssuer = () => `https://tokens-${++issuers}.internal`;

beforeAll(async () => {
  soft = makeSoftToken();
  shared = new TokenProcess({ address: soft.address, pinFile: soft.pinFile });
  await shared.open();
});

afterEach(() => {
  soft.fail('none');
  soft.writePin(soft.pin);
  for (const token of opened.splice(0)) token.close();
});

afterAll(() => {
  shared.close();
  soft.remove();
});

async function openOwn(options: Partial<TokenProcessOptions> = {}): Promise<TokenProcess> {
  const token = new TokenProcess({ address: soft.address, pinFile: soft.pinFile, retrySeconds: 0.05, ...options });
  opened.push(token);
  await token.open();
  return token;
}

const codeOf = (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => 'no failure',
    (error: { code?: string }) => error.code,
  );

/** Until the token is had again, however slow the machine is. */
async function eventually<Value>(act: () => Value | Promise<Value>): Promise<Value> {
  for (let attempts = 0; ; attempts++) {
    try {
      return await act();
    } catch (error) {
      if (attempts === 100) throw error;
      await delay(100);
    }
  }
}

const ISSUER = 'https://planted.internal';
const INPUT = Buffer.from('eyJhbGciOiJFUzI1NiJ9.e30');

signingKeyProviderContract('a PKCS#11 token', () => Promise.resolve(new Pkcs11SigningKeys(shared, nextIssuer())));

describe('a PKCS#11 token', () => {
  it('does what SoftHSM does: every algorithm but ML-DSA', () => {
    const { algorithms, exportable } = new Pkcs11SigningKeys(shared, nextIssuer()).capabilities();
    expect([...algorithms].sort()).toEqual(['ES256', 'Ed25519', 'EdDSA', 'PS256', 'RS256']);
    expect(exportable).toBe(false);
  });

  it('keeps its keys for another process, and for no other issuer', async () => {
    const issuer = nextIssuer();
    const handle = await new Pkcs11SigningKeys(shared, issuer).create({ algorithm: 'ES256', idempotencyKey: 'a' });
    const other = await openOwn();
    const again = new Pkcs11SigningKeys(other, issuer);
    expect(await again.create({ algorithm: 'ES256', idempotencyKey: 'a' })).toBe(handle);
    expect(await again.sign(handle, INPUT)).toHaveLength(64);
    const foreign: string[] = [];
    for await (const key of new Pkcs11SigningKeys(other, nextIssuer()).list()) foreign.push(key.handle);
    expect(foreign).toEqual([]);
  });

  it('lets the other keys sign while one is being made', async () => {
    const keys = new Pkcs11SigningKeys(shared, nextIssuer());
    const handle = await keys.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    const order: string[] = [];
    const making = keys.create({ algorithm: 'RS256', idempotencyKey: 'b' }).then(() => order.push('made'));
    await keys.sign(handle, INPUT).then(() => order.push('signed'));
    await making;
    expect(order).toEqual(['signed', 'made']);
  });
});

describe('a token that is gone', () => {
  it('fails by its name, and is used again once it is back', async () => {
    const token = await openOwn();
    const keys = new Pkcs11SigningKeys(token, nextIssuer());
    const handle = await keys.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    soft.fail('gone');
    expect(await codeOf(keys.sign(handle, INPUT))).toBe('PROVIDER_UNREACHABLE');
    soft.fail('absent');
    await delay(200);
    expect(await codeOf(keys.sign(handle, INPUT))).toBe('PROVIDER_UNREACHABLE');
    soft.fail('none');
    const imported = importPublicJwk(await eventually(() => keys.publicJwk(handle)));
    const signature = await keys.sign(handle, INPUT);
    expect(imported.ok && verifyBytes('ES256', imported.key.publicKey, INPUT, signature)).toBe(true);
  });

  it('is not asked for more often than its turn comes', async () => {
    const before = soft.logins();
    const token = await openOwn({ retrySeconds: 60 });
    const keys = new Pkcs11SigningKeys(token, nextIssuer());
    const handle = await keys.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    soft.fail('gone');
    for (let times = 0; times < 20; times++)
      expect(await codeOf(keys.sign(handle, INPUT))).toBe('PROVIDER_UNREACHABLE');
    expect(soft.logins() - before).toBe(1);
  });

  it('at the start stops nothing: it is found later', async () => {
    soft.fail('absent');
    const token = await openOwn();
    const keys = new Pkcs11SigningKeys(token, nextIssuer());
    expect(await codeOf(keys.create({ algorithm: 'ES256', idempotencyKey: 'a' }))).toBe('PROVIDER_UNREACHABLE');
    soft.fail('none');
    await eventually(() => keys.create({ algorithm: 'ES256', idempotencyKey: 'a' }));
  });

  it('whose process is killed is there again for the next request', async () => {
    const token = await openOwn();
    const keys = new Pkcs11SigningKeys(token, nextIssuer());
    const handle = await keys.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    token.restart();
    expect(await eventually(() => keys.sign(handle, INPUT))).toHaveLength(64);
  });
});

describe('a token that is slow', () => {
  it('and hangs is given up in time, its late answer thrown away, and asked again in a new process', async () => {
    const token = await openOwn();
    const limits = { signSeconds: 0.3, createSeconds: 20, otherSeconds: 10 };
    const patient = new Pkcs11SigningKeys(token, nextIssuer());
    const keys = new PromptSigningKeys(patient, limits, () => token.restart());
    const handle = await keys.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    soft.fail('hangs');
    expect(await codeOf(Promise.resolve(keys.sign(handle, INPUT)))).toBe('PROVIDER_LATE');
    soft.fail('none');
    expect(await eventually(() => patient.sign(handle, INPUT))).toHaveLength(64);
  });

  it('is asked only so much at once; whoever comes on top is told at once', async () => {
    const token = await openOwn({ sessions: 2, mostWaiting: 4 });
    const keys = new Pkcs11SigningKeys(token, nextIssuer());
    const handle = await keys.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    soft.fail('slow');
    const codes = await Promise.all(Array.from({ length: 10 }, () => codeOf(keys.sign(handle, INPUT))));
    const counted = (code: string) => codes.filter((each) => each === code).length;
    expect([counted('no failure'), counted('PROVIDER_BUSY')]).toEqual([6, 4]);
    soft.fail('none');
    expect(await codeOf(keys.sign(handle, INPUT))).toBe('no failure');
  });
});

describe('a token that is full', () => {
  it('says so, and goes on signing with the keys it has', async () => {
    const keys = new Pkcs11SigningKeys(shared, nextIssuer());
    const handle = await keys.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    soft.fail('full');
    expect(await codeOf(keys.create({ algorithm: 'ES256', idempotencyKey: 'b' }))).toBe('PROVIDER_FULL');
    expect(await codeOf(keys.sign(handle, INPUT))).toBe('no failure');
  });
});

describe('a PIN', () => {
  it('that is wrong is tried once, however often it is asked for', async () => {
    soft.writePin('000000');
    const before = soft.logins();
    const token = await openOwn({ retrySeconds: 0.01 });
    const keys = new Pkcs11SigningKeys(token, nextIssuer());
    for (let times = 0; times < 5; times++) {
      await delay(50);
      const error: unknown = await keys.create({ algorithm: 'ES256', idempotencyKey: 'a' }).catch((e: unknown) => e);
      expect(error).toMatchObject({
        code: 'PIN_REFUSED',
        message: expect.stringContaining('MINTMARK_PKCS11_PIN_FILE'),
      });
      expect((error as Error).message).not.toContain('000000');
    }
    expect(soft.logins() - before).toBe(1);
  });

  it.each([
    ['that is not there', undefined, /cannot be read/],
    ['that others can read', 0o644, /can be read or changed by others/],
  ])('file %s stops the start', async (_which, mode, message) => {
    const pinFile = join(soft.folder, 'another-pin');
    if (mode !== undefined) {
      writeFileSync(pinFile, soft.pin);
      chmodSync(pinFile, mode);
    }
    const failed = openOwn({ pinFile });
    await expect(failed).rejects.toThrow(TokenSetupError);
    await expect(failed).rejects.toThrow(message);
  });

  it.each([
    ['could be read out', { extractable: true }, /not extractable, never extractable/],
    ['was not kept secret', { sensitive: false }, /not sensitive, always sensitive/],
    ['was made elsewhere', { imported: true }, /not always sensitive, never extractable, made in the token/],
  ])('does not help a key that %s: it is neither published nor used', async (_which, how, message) => {
    const keys = new Pkcs11SigningKeys(shared, ISSUER);
    const id = plantKey(soft, how);
    for (const act of [() => keys.publicJwk(`pkcs11:${id}`), () => keys.sign(`pkcs11:${id}`, INPUT)])
      await expect(act()).rejects.toMatchObject({ code: 'KEY_UNREADABLE', message: expect.stringMatching(message) });
  });

  it('is in no environment and no argument of the process that uses it', async () => {
    const pids = execFileSync('pgrep', ['-P', String(process.pid), '-f', 'token-main'])
      .toString()
      .trim()
      .split('\n');
    expect(pids.length).toBeGreaterThan(0);
    for (const pid of pids)
      for (const what of ['environ', 'cmdline'])
        expect(readFileSync(`/proc/${pid}/${what}`).includes(Buffer.from(soft.pin))).toBe(false);
  });
});

describe('settings that fit no token', () => {
  it('stop the start when the library is none', async () => {
    await expect(openOwn({ address: { modulePath: '/etc/hostname', token: 'x' } })).rejects.toThrow(
      /\/etc\/hostname is no PKCS#11 library/,
    );
  });
});
