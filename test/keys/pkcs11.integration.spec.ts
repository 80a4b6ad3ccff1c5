import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { importPublicJwk, verifyBytes } from '@mintmark/jws';
import { Pkcs11SigningKeys } from '../../apps/token-service/src/adapters/signing/pkcs11/pkcs11-signing-keys.ts';
import {
  TokenProcess,
  TokenSetupError,
  type TokenProcessOptions,
} from '../../apps/token-service/src/adapters/signing/pkcs11/token-process.ts';
import { CustodyOfKeys } from '../../apps/token-service/src/adapters/signing/custody-of-keys.ts';
import {
  openSigningKeyProviders,
  type SigningKeysPlaces,
} from '../../apps/token-service/src/adapters/signing/open-signing-key-provider.ts';
import { SqlEnvelopeStore } from '../../apps/token-service/src/adapters/sql/envelope-store.ts';
import { Tokens } from '../../apps/token-service/src/adapters/signing/pkcs11/tokens.ts';
import type { SigningKeyProvider } from '../../apps/token-service/src/core/ports/signing-key-provider.ts';
import { keySet, openMemory, replica, settle, statesOf, TEST_SEAL, testKek } from './key-lab.ts';
import { ManualClock } from './manual-clock.ts';
import { makeSoftToken, plantKey, type SoftToken } from './soft-token.ts';
import { signingKeyProviderContract } from './signing-key-provider.contract.ts';

let soft: SoftToken;
let second: SoftToken['address'];
let shared: TokenProcess;
const opened: TokenProcess[] = [];
const composed: (() => Promise<void>)[] = [];
let issuers = 0;
const nextIssuer = () => `https://tokens-${++issuers}.internal`;

beforeAll(async () => {
  soft = makeSoftToken();
  second = soft.addToken('second');
  shared = new TokenProcess({ address: soft.address, pinFile: soft.pinFile });
  await shared.open();
});

afterEach(async () => {
  soft.fail('none');
  soft.writePin(soft.pin);
  for (const close of composed.splice(0)) await close();
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

function keysIn(token: TokenProcess, issuer: string, ...others: TokenProcess[]): Pkcs11SigningKeys {
  return new Pkcs11SigningKeys({ issuer, tokens: new Tokens([token, ...others]), making: token });
}

const codeOf = (act: Promise<unknown>): Promise<unknown> =>
  act.then(
    () => 'no failure',
    (error: { code?: string }) => error.code,
  );

/** The process of the token that was started last. */
function youngestProcess(parent = process.pid): number {
  return Number(execFileSync('pgrep', ['-n', '-P', String(parent), '-f', 'token-main']).toString());
}

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

signingKeyProviderContract('a PKCS#11 token', () => Promise.resolve(keysIn(shared, nextIssuer())));

const placeOf = (address: SoftToken['address']) => ({ kind: 'pkcs11', address, pinFile: soft.pinFile }) as const;

/** As the service puts them together. */
async function compose(places: SigningKeysPlaces): Promise<SigningKeyProvider> {
  const database = await openMemory(new ManualClock());
  const store = new SqlEnvelopeStore(database);
  const providers = await openSigningKeyProviders(places, { store, keks: [testKek()] });
  composed.push(() => database.close().finally(() => providers.close()));
  // One that could not be opened at once, while others make keys in it, is reached with the next attempt.
  for (const token of providers.tokens.all) await eventually(() => token.reach());
  return providers.providerFor(nextIssuer());
}

signingKeyProviderContract('a PKCS#11 token among several and the database', () =>
  compose({ making: placeOf(second), also: [placeOf(soft.address)] }),
);

signingKeyProviderContract('the database among PKCS#11 tokens', () =>
  compose({ making: { kind: 'local' }, also: [placeOf(soft.address), placeOf(second)] }),
);

describe('a PKCS#11 token', () => {
  it('does what SoftHSM does: every algorithm but ML-DSA', () => {
    const { algorithms, exportable } = keysIn(shared, nextIssuer()).capabilities();
    expect([...algorithms].sort()).toEqual(['ES256', 'Ed25519', 'EdDSA', 'PS256', 'RS256']);
    expect(exportable).toBe(false);
  });

  it('keeps its keys for another process, and for no other issuer', async () => {
    const issuer = nextIssuer();
    const handle = await keysIn(shared, issuer).create({ algorithm: 'ES256', idempotencyKey: 'a' });
    const other = await openOwn();
    const again = keysIn(other, issuer);
    expect(await again.create({ algorithm: 'ES256', idempotencyKey: 'a' })).toBe(handle);
    expect(await again.sign(handle, INPUT)).toHaveLength(64);
    const foreign: string[] = [];
    for await (const key of keysIn(other, nextIssuer()).list()) foreign.push(key.handle);
    expect(foreign).toEqual([]);
  });

  it('lets the other keys sign while one is being made', async () => {
    const keys = keysIn(shared, nextIssuer());
    const handle = await keys.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    const order: string[] = [];
    const making = keys.create({ algorithm: 'RS256', idempotencyKey: 'b' }).then(() => order.push('made'));
    await keys.sign(handle, INPUT).then(() => order.push('signed'));
    await making;
    expect(order).toEqual(['signed', 'made']);
  });
});

describe('several PKCS#11 tokens', () => {
  it('are told apart by what their keys are called: each is used where it was made', async () => {
    const other = await openOwn({ address: second });
    const issuer = nextIssuer();
    const before = await keysIn(shared, issuer).create({ algorithm: 'ES256', idempotencyKey: 'a' });
    const keys = keysIn(other, issuer, shared);
    const after = await keys.create({ algorithm: 'ES256', idempotencyKey: 'b' });
    expect([before, after].map((handle) => handle.slice(7, 15))).toEqual([shared.tag, other.tag]);
    for (const handle of [before, after]) {
      const imported = importPublicJwk(await keys.publicJwk(handle));
      const signature = await keys.sign(handle, INPUT);
      expect(imported.ok && verifyBytes('ES256', imported.key.publicKey, INPUT, signature)).toBe(true);
    }
    const listed: string[] = [];
    for await (const { idempotencyKey } of keys.list()) listed.push(idempotencyKey);
    expect(listed.sort()).toEqual(['a', 'b']);
    await keys.destroy(before);
    expect(await codeOf(keysIn(shared, issuer).sign(before, INPUT))).toBe('KEY_NOT_FOUND');
  });

  it('are all looked through for a key that none of them is known to have made', async () => {
    const other = await openOwn({ address: second });
    const handle = `pkcs11:${plantKey(soft, {})}` as const;
    const keys = keysIn(other, ISSUER, shared);
    expect(await keys.publicJwk(handle)).toMatchObject({ alg: 'ES256' });
    expect(await keys.sign(handle, INPUT)).toHaveLength(64);
    expect(await custodyIn([other, shared]).of([handle])).toEqual(new Map([[handle, [`pkcs11:${shared.tag}`]]]));
  });

  it('say which setting is missing when a key is in none of them, and never that it is destroyed', async () => {
    const handle = await keysIn(shared, ISSUER).create({ algorithm: 'ES256', idempotencyKey: 'elsewhere' });
    const keys = keysIn(await openOwn({ address: second }), ISSUER);
    const missing = { code: 'KEY_ELSEWHERE', message: expect.stringContaining('MINTMARK_SIGNING_KEYS_ALSO') };
    for (const act of [() => keys.publicJwk(handle), () => keys.sign(handle, INPUT), () => keys.destroy(handle)])
      await expect(act()).rejects.toMatchObject(missing);
    expect(await custodyIn([]).of([handle])).toEqual(new Map([[handle, []]]));
  });

  it('do not tell what a key lies under that is in none of them, unless one cannot be asked: a thief can make up a name', async () => {
    const handle = `pkcs11:${shared.tag!}${'7'.repeat(24)}` as const;
    expect((await custodyIn([shared]).of([handle])).get(handle)).toEqual([]);
    soft.fail('absent');
    const away = await openOwn({ address: second, retrySeconds: 60 });
    expect((await custodyIn([shared, away]).of([handle])).get(handle)).toEqual([`pkcs11:${shared.tag}`]);
  });

  it.each([
    ['its own name', () => [`pkcs11:${shared.tag}`]],
    ['the name of every token, as an earlier version had it', () => ['pkcs11']],
  ])('of which one was compromised, under %s: no key is made in that one', async (_which, condemned) => {
    const request = { algorithm: 'ES256', idempotencyKey: 'c', condemned: condemned() } as const;
    expect(await codeOf(keysIn(shared, nextIssuer()).create(request))).toBe('CUSTODY_COMPROMISED');
    const store = { condemned: () => Promise.resolve(condemned()) } as unknown as SqlEnvelopeStore;
    expect(await custodyIn([shared], store).ofNewKeys()).toEqual([]);
    expect(await codeOf(keysIn(shared, nextIssuer()).create({ ...request, condemned: [] }))).toBe('no failure');
    const other = await openOwn({ address: second });
    const outcome = await codeOf(keysIn(other, nextIssuer(), shared).create(request));
    expect(outcome).toBe(condemned()[0] === 'pkcs11' ? 'CUSTODY_COMPROMISED' : 'no failure');
  });

  it('of which the one for new keys was not reached yet: it says so, and not that it was compromised', async () => {
    soft.fail('absent');
    const custody = custodyIn([await openOwn()]);
    await expect(custody.ofNewKeys()).rejects.toMatchObject({ code: 'PROVIDER_UNREACHABLE' });
    soft.fail('none');
    expect(await eventually(() => custody.ofNewKeys())).toEqual([`pkcs11:${shared.tag}`]);
  });

  function custodyIn(all: readonly TokenProcess[], store: unknown = { condemned: () => Promise.resolve([]) }) {
    const tokens = new Tokens(all);
    const local = { store: store as SqlEnvelopeStore, keks: [testKek()] as const, seal: TEST_SEAL };
    return new CustodyOfKeys({ ...local, tokens, makingToken: all[0] });
  }
});

describe('a token that is gone', () => {
  it('fails by its name, and is used again once it is back', async () => {
    const token = await openOwn();
    const keys = keysIn(token, nextIssuer());
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
    const keys = keysIn(token, nextIssuer());
    const handle = await keys.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    soft.fail('gone');
    for (let times = 0; times < 20; times++)
      expect(await codeOf(keys.sign(handle, INPUT))).toBe('PROVIDER_UNREACHABLE');
    expect(soft.logins() - before).toBe(1);
  });

  it('at the start stops nothing: it is found later', async () => {
    soft.fail('absent');
    const token = await openOwn();
    const keys = keysIn(token, nextIssuer());
    expect(await codeOf(keys.create({ algorithm: 'ES256', idempotencyKey: 'a' }))).toBe('PROVIDER_UNREACHABLE');
    soft.fail('none');
    await eventually(() => keys.create({ algorithm: 'ES256', idempotencyKey: 'a' }));
  });

  it('because others have all its sessions says so, and lets itself be opened once one is free', async () => {
    soft.fail('no-sessions');
    const keys = keysIn(await openOwn(), nextIssuer());
    const failed = keys.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    await expect(failed).rejects.toMatchObject({
      code: 'PROVIDER_UNREACHABLE',
      message: expect.stringContaining('CKR_SESSION_COUNT'),
    });
    soft.fail('none');
    await eventually(() => keys.create({ algorithm: 'ES256', idempotencyKey: 'a' }));
  });

  it('whose process is killed is there again for the next request', async () => {
    const token = await openOwn();
    const keys = keysIn(token, nextIssuer());
    const handle = await keys.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    process.kill(youngestProcess(), 'SIGKILL');
    expect(await eventually(() => keys.sign(handle, INPUT))).toHaveLength(64);
  });
});

describe('a token that is slow', () => {
  const limits = { signSeconds: 0.5, createSeconds: 20, openSeconds: 20, otherSeconds: 20 };

  it('and hangs is given up in time, its late answer thrown away, and asked again in a new process', async () => {
    const token = await openOwn({ limits });
    const keys = keysIn(token, nextIssuer());
    const handle = await keys.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    soft.fail('hangs');
    expect(await codeOf(keys.sign(handle, INPUT))).toBe('PROVIDER_LATE');
    soft.fail('none');
    expect(await eventually(() => keys.sign(handle, INPUT))).toHaveLength(64);
  });

  it('is not taken for one that hangs because many wait for it: its time begins when it is given the work', async () => {
    const token = await openOwn({ sessions: 1, limits });
    const keys = keysIn(token, nextIssuer());
    const handle = await keys.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    const before = soft.logins();
    soft.fail('slow');
    const codes = await Promise.all(Array.from({ length: 20 }, () => codeOf(keys.sign(handle, INPUT))));
    expect([...new Set(codes)].sort()).toEqual(['PROVIDER_BUSY', 'no failure']);
    soft.fail('none');
    expect(await codeOf(keys.sign(handle, INPUT))).toBe('no failure');
    expect(soft.logins()).toBe(before);
  });

  it('because it makes a key is not ended for that: whoever wants a signature is told, and the key gets made', async () => {
    const token = await openOwn({ limits });
    const keys = keysIn(token, nextIssuer());
    const handle = await keys.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    const before = soft.logins();
    soft.fail('making');
    const making = keys.create({ algorithm: 'ES256', idempotencyKey: 'b' });
    await delay(200); // Until it has the token's attention.
    expect(await codeOf(keys.sign(handle, INPUT))).toBe('PROVIDER_BUSY');
    await delay(600);
    soft.fail('none');
    await making;
    expect(await codeOf(keys.sign(handle, INPUT))).toBe('no failure');
    expect(soft.logins()).toBe(before);
  });

  it('and hangs while a key was being made is given up once that is made', async () => {
    const token = await openOwn({ limits });
    const keys = keysIn(token, nextIssuer());
    const handle = await keys.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    soft.fail('hangs');
    const signing = codeOf(keys.sign(handle, INPUT));
    const making = keys.create({ algorithm: 'RS256', idempotencyKey: 'b' });
    expect(['PROVIDER_BUSY', 'PROVIDER_LATE']).toContain(await signing);
    await making.catch(() => undefined);
    const before = soft.logins();
    await delay(700);
    soft.fail('none');
    expect(await eventually(() => keys.sign(handle, INPUT))).toHaveLength(64);
    expect(soft.logins()).toBeGreaterThan(before);
  });

  it('to let anyone in stops no start: it is given up in time, and asked for again', async () => {
    soft.fail('login-hangs');
    const token = await openOwn({ limits: { ...limits, openSeconds: 0.5 } });
    const keys = keysIn(token, nextIssuer());
    const late = { code: 'PROVIDER_LATE', message: expect.stringContaining('did not answer within 0.5 s') };
    await expect(keys.create({ algorithm: 'ES256', idempotencyKey: 'a' })).rejects.toMatchObject(late);
    soft.fail('none');
    await eventually(() => keys.create({ algorithm: 'ES256', idempotencyKey: 'a' }));
  });

  it('is asked only so much at once; whoever comes on top is told at once', async () => {
    const token = await openOwn({ sessions: 2, mostWaiting: 4 });
    const keys = keysIn(token, nextIssuer());
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
    const keys = keysIn(shared, nextIssuer());
    const handle = await keys.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    soft.fail('full');
    expect(await codeOf(keys.create({ algorithm: 'ES256', idempotencyKey: 'b' }))).toBe('PROVIDER_FULL');
    expect(await codeOf(keys.sign(handle, INPUT))).toBe('no failure');
    soft.fail('none');
    expect(await codeOf(keys.create({ algorithm: 'ES256', idempotencyKey: 'b' }))).toBe('no failure');
  });

  it('is not called full when its process ends later, for another reason', async () => {
    const token = await openOwn({ retrySeconds: 60 });
    const keys = keysIn(token, nextIssuer());
    const handle = await keys.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    soft.fail('full');
    expect(await codeOf(keys.create({ algorithm: 'ES256', idempotencyKey: 'b' }))).toBe('PROVIDER_FULL');
    soft.fail('hangs');
    const signing = codeOf(keys.sign(handle, INPUT));
    process.kill(youngestProcess(), 'SIGKILL');
    expect(await signing).toBe('PROVIDER_UNREACHABLE');
    expect(await codeOf(keys.sign(handle, INPUT))).toBe('PROVIDER_UNREACHABLE');
  });
});

describe('a provider that answers late is caught before anything is published', () => {
  it.each([
    ['makes a key', 'making-hangs'],
    ['names the public key', 'reading-hangs'],
    ['signs', 'hangs'],
  ] as const)('one that never %s', async (_what, fault) => {
    const limits = { signSeconds: 0.5, createSeconds: 0.5, openSeconds: 20, otherSeconds: 0.5 };
    const keys = keysIn(await openOwn({ limits }), nextIssuer());
    const clock = new ManualClock();
    const database = await openMemory(clock);
    const service = replica({ database, clock, wrapProvider: () => keys });
    soft.fail(fault);
    const { blocked } = await settle(service.rotate);
    expect(blocked).toMatchObject([
      { transition: 'publish', reason: expect.stringMatching(/did not answer within 0.5 s/) },
    ]);
    expect(statesOf(await keySet(database))).toEqual({ generating: 1 });
    await database.close();
  });
});

describe('a service that is killed', () => {
  it.each([
    ['while a signature hangs', 'hangs'],
    ['while it is let in', 'login-hangs'],
  ] as const)('leaves nobody logged into the token, %s', async (_when, fault) => {
    if (fault === 'login-hangs') soft.fail(fault);
    const options: TokenProcessOptions = { address: soft.address, pinFile: soft.pinFile };
    const script = fileURLToPath(new URL('./token-user.ts', import.meta.url));
    const user = fork(script, [JSON.stringify(options)], { execArgv: [], env: process.env });
    await once(user, 'message');
    if (fault === 'hangs') {
      const [id] = (await once(user, 'message')) as [string];
      soft.fail(fault);
      user.send(id);
    }
    const token = await eventually(() => youngestProcess(user.pid));
    await delay(300); // Until it hangs.
    process.kill(user.pid!, 'SIGKILL');
    await eventually(() => {
      if (existsSync(`/proc/${token}`)) throw new Error(`${token} is still there`);
    });
  });
});

describe('a PIN', () => {
  it('is not tried at all when the token says that it is the last time', async () => {
    soft.fail('final-try');
    const before = soft.logins();
    const keys = keysIn(await openOwn({ retrySeconds: 0.01 }), nextIssuer());
    await expect(keys.create({ algorithm: 'ES256', idempotencyKey: 'a' })).rejects.toMatchObject({
      code: 'PIN_REFUSED',
      message: expect.stringContaining('One more wrong PIN would lock the PKCS#11 token'),
    });
    expect(soft.logins()).toBe(before);
  });

  it('that is wrong is tried once, however often it is asked for', async () => {
    soft.writePin('000000');
    const before = soft.logins();
    const token = await openOwn({ retrySeconds: 0.01 });
    const keys = keysIn(token, nextIssuer());
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
    const keys = keysIn(shared, ISSUER);
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
