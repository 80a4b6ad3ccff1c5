import { createPrivateKey, generateKeyPairSync, sign as cryptoSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeBase64url, ecdsaJoseToDer, importPublicJwk, publicJwkOf, verifyBytes } from '@mintmark/jws';
import { signingKeyContexts } from '../../apps/token-service/src/adapters/signing/local/envelope-contexts.ts';
import { openEnvelope } from '../../apps/token-service/src/adapters/signing/local/key-envelope.ts';
import { SqlEnvelopeStore } from '../../apps/token-service/src/adapters/sql/envelope-store.ts';
import { openDatabase, type Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { canonicalJson, digestOfKeys } from '../../apps/token-service/src/core/model/key-set.ts';
import type { SigningKey } from '../../apps/token-service/src/core/model/signing-key.ts';
import { NOMINAL_TIMING as timing } from '../../apps/token-service/src/core/model/timing.ts';
import type { KeyRepository } from '../../apps/token-service/src/core/ports/key-repository.ts';
import {
  SigningProviderError,
  type SigningKeyProvider,
} from '../../apps/token-service/src/core/ports/signing-key-provider.ts';
import {
  ISSUER,
  keyIn,
  keySet,
  openMemory,
  providerWith,
  replica,
  servedKids,
  settle,
  statesOf,
  temporaryFolder,
  testKek,
  type Replica,
  type ReplicaOptions,
} from './key-lab.ts';
import { ManualClock } from './manual-clock.ts';

const P = timing.publishAheadSeconds;
const R = timing.rotationPeriodSeconds;
const AFTERLIFE = 1_240;

let clock: ManualClock;
let database: Database;

beforeEach(async () => {
  clock = new ManualClock();
  database = await openMemory(clock);
});

afterEach(() => database.close());

const start = (options: Partial<ReplicaOptions> = {}) => replica({ database, clock, ...options });
const events = () => database.db.selectFrom('key_event').selectAll().orderBy('epoch').orderBy('version').execute();

describe('the first start', () => {
  it('makes a key that signs at once, on the record, and a standby', async () => {
    const service = start();
    await expect(service.initialise.execute()).resolves.toMatchObject({ blocked: [], sealed: [], orphans: [] });
    expect(statesOf(await keySet(database))).toEqual({ active: 1, published: 1 });
    const recorded = await events();
    expect(recorded.map(({ transition }) => transition)).toEqual([
      'generate',
      'publish',
      'activate',
      'generate',
      'publish',
    ]);
    expect(recorded[2]).toMatchObject({
      actor: 'schedule',
      reason: 'the first key of this issuer: no verifier to wait for',
    });
    expect(recorded.filter(({ reason }) => reason !== null)).toHaveLength(1);
    expect(service.ring.readiness()).toEqual({ ready: true });
  });

  it('signs what its own key set verifies', async () => {
    const service = start();
    await service.initialise.execute();
    const key = service.ring.active('ES256');
    const { keys } = JSON.parse(service.ring.publicKeySet().body) as { keys: { kid: string }[] };
    const imported = importPublicJwk(keys.find(({ kid }) => kid === key.kid));
    const signature = await key.sign(Buffer.from('input'));
    expect(imported.ok && verifyBytes('ES256', imported.key.publicKey, Buffer.from('input'), signature)).toBe(true);
  });

  it('asks the database nothing for a token', async () => {
    const service = start();
    await service.initialise.execute();
    const before = database.statements();
    for (let tokens = 0; tokens < 100; tokens++) {
      const key = service.ring.active('ES256');
      await key.sign(Buffer.from('input'));
      service.ring.release('token', key);
    }
    expect(database.statements()).toBe(before);
  });

  it('asks one question for each poll in which nothing changed', async () => {
    const service = start();
    await service.initialise.execute();
    const before = database.statements();
    await expect(service.refresh.execute()).resolves.toEqual({ changed: false, sealed: [] });
    expect(database.statements() - before).toBe(1);
  });

  it('keeps only the active key in memory', async () => {
    const held = new Set<string>();
    const watch = (provider: SigningKeyProvider): SigningKeyProvider =>
      providerWith(provider, {
        sign: (handle, input) => (held.add(handle), provider.sign(handle, input)),
        forget: (handle) => (held.delete(handle), provider.forget(handle)),
      });
    const service = start({ wrapProvider: watch });
    await service.initialise.execute();
    expect([...held]).toEqual([keyIn(await keySet(database), 'active').handle]);
    clock.advance(R);
    await settle(service.rotate);
    await service.refresh.execute();
    expect([...held]).toEqual([keyIn(await keySet(database), 'active').handle]);
  });
});

describe('a key that signs no more', () => {
  /** Handles that a provider was asked to sign with, and not told to forget. */
  function watching(held: Set<string>) {
    return (provider: SigningKeyProvider): SigningKeyProvider =>
      providerWith(provider, {
        sign: (handle, input) => (held.add(handle), provider.sign(handle, input)),
        forget: (handle) => (held.delete(handle), provider.forget(handle)),
      });
  }

  it('leaves the memory of every replica, also when it was compromised, and destroyed before they looked', async () => {
    const held = new Set<string>();
    const one = start();
    const other = start({ wrapProvider: watching(held) });
    await one.initialise.execute();
    await other.refresh.execute();
    clock.advance(timing.publishAheadSeconds);
    await one.refresh.execute();
    const { kid, handle } = keyIn(await keySet(database), 'active');
    expect([...held]).toEqual([handle]);
    const order = { target: { kid }, scope: 'key', reason: 'stolen', withoutStandby: 'refuse' } as const;
    await one.compromise.execute(order, 'ann');
    await other.refresh.execute();
    expect(held.has(handle)).toBe(false);

    const second = keyIn(await keySet(database), 'active').handle;
    expect([...held]).toEqual([second]);
    for (let times = 0; times < 3; times++) {
      clock.advance(R);
      await settle(one.rotate);
    }
    expect((await keySet(database)).keys.some((key) => 'handle' in key && key.handle === second)).toBe(false);
    await other.refresh.execute();
    expect([...held]).toEqual([keyIn(await keySet(database), 'active').handle]);
  });

  it('leaves it, too, when it was opened for a set that another one overtook, and that one stays known', async () => {
    const held = new Set<string>();
    const { promise: waits, resolve: goOn } = Promise.withResolvers<void>();
    let reads = 0;
    const one = start();
    const slow = (provider: SigningKeyProvider) =>
      providerWith(watching(held)(provider), {
        publicJwk: async (handle) => {
          if (reads++ === 0) await waits;
          return provider.publicJwk(handle);
        },
      });
    const other = start({ wrapProvider: slow });
    await one.initialise.execute();
    const overtaken = other.refresh.execute();
    while (reads === 0) await new Promise(setImmediate);
    clock.advance(R);
    await settle(one.rotate);
    await other.refresh.execute();
    goOn();
    await overtaken;
    expect([...held]).toEqual([keyIn(await keySet(database), 'active').handle]);

    clock.advance(R);
    await settle(one.rotate);
    await other.refresh.execute();
    expect([...held]).toEqual([keyIn(await keySet(database), 'active').handle]);
  });

  it('leaves it, too, when it could not be proved', async () => {
    const held = new Set<string>();
    await start().initialise.execute();
    const wrong = (provider: SigningKeyProvider) =>
      providerWith(watching(held)(provider), {
        sign: async (handle, input) => {
          held.add(handle);
          return (await provider.sign(handle, input)).slice(1);
        },
      });
    const service = start({ wrapProvider: wrong });
    await service.initialise.execute();
    clock.advance(R);
    await settle(service.rotate);
    expect([...held]).toEqual([]);
  });
});

describe('a restart', () => {
  it('goes on with the same keys', async () => {
    await start().initialise.execute();
    const before = await keySet(database);
    const service = start();
    await service.initialise.execute();
    expect(await keySet(database)).toEqual(before);
    expect(service.ring.active('ES256').kid).toBe(keyIn(before, 'active').kid);
  });

  it('after a week hands over to the standby, which has long been published', async () => {
    await start().initialise.execute();
    const standby = keyIn(await keySet(database), 'published').kid;
    clock.advance(7 * R);
    const service = start();
    await service.initialise.execute();
    expect(service.ring.active('ES256').kid).toBe(standby);
    // The old key's last token died days ago.
    expect(statesOf(await keySet(database))).toEqual({ active: 1, published: 1 });
  });
});

describe('a rotation', () => {
  it('publishes, waits, activates, keeps the old key while its tokens live, and destroys it', async () => {
    const service = start();
    await service.initialise.execute();
    const old = keyIn(await keySet(database), 'active');
    const next = keyIn(await keySet(database), 'published');

    clock.advance(R - 0.001);
    await expect(settle(service.rotate)).resolves.toMatchObject({ waits: [{ kid: next.kid, for: 'rotation-period' }] });
    clock.advance(0.001);
    await expect(service.rotate.execute()).resolves.toMatchObject({
      outcome: 'done',
      transition: { name: 'activate' },
    });
    expect(keyIn(await keySet(database), 'active').kid).toBe(next.kid);
    expect(keyIn(await keySet(database), 'deactivated')).toMatchObject({ kid: old.kid, deactivatedAt: clock.now() });

    await settle(service.rotate);
    await service.refresh.execute();
    const third = keyIn(await keySet(database), 'published');
    expect(new Set(servedKids(service))).toEqual(new Set([old.kid, next.kid, third.kid]));

    clock.advance(AFTERLIFE - 0.001);
    await settle(service.rotate);
    expect(statesOf(await keySet(database))).toMatchObject({ deactivated: 1 });
    clock.advance(0.001);
    await settle(service.rotate);
    await service.refresh.execute();
    expect(servedKids(service)).not.toContain(old.kid);
    await expect(service.provider.publicJwk(old.handle)).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
  });

  it('comes late without harm: the signer of three periods ago stops, its successor starts', async () => {
    const service = start();
    await service.initialise.execute();
    clock.advance(3 * R);
    await service.refresh.execute();
    expect(() => service.ring.active('ES256')).toThrow(expect.objectContaining({ code: 'SIGNING_SEALED' }));
    await settle(service.rotate);
    await service.refresh.execute();
    expect(service.ring.active('ES256').kid).toBe(keyIn(await keySet(database), 'active').kid);
  });

  it('happens hundreds of times without anything piling up', async () => {
    const service = start();
    await service.initialise.execute();
    const kids = new Set<string>();
    for (let rotations = 0; rotations < 300; rotations++) {
      clock.advance(R);
      await settle(service.rotate);
      kids.add(keyIn(await keySet(database), 'active').kid);
    }
    clock.advance(AFTERLIFE);
    await settle(service.rotate);
    await service.refresh.execute();
    expect(kids.size).toBe(300);
    expect(servedKids(service)).toHaveLength(2);
    const alive = await database.db.selectFrom('signing_key').select('id').where('state', '<>', 'destroyed').execute();
    expect(alive).toHaveLength(2);
    expect(await database.db.selectFrom('local_key').select('id').execute()).toHaveLength(2);
  }, 60_000);

  it('writes an event for each step, from which the set can be replayed at every version', async () => {
    const service = start({ algorithms: ['ES256', 'EdDSA'] });
    await service.initialise.execute();
    for (let hours = 0; hours < 80; hours++) {
      clock.advance(3_600);
      await settle(service.rotate);
    }
    const replayed = new Map<string, SigningKey>();
    const recorded = await events();
    expect(recorded.length).toBeGreaterThan(20);
    recorded.forEach(({ version, changes, digest }, index) => {
      expect(version).toBe(index + 1);
      for (const { key } of JSON.parse(changes) as { key: SigningKey }[]) replayed.set(key.id, key);
      expect(digestOfKeys([...replayed.values()])).toBe(digest);
    });
    const living = (await keySet(database)).keys.map((key) => canonicalJson(key)).sort();
    const known = [...replayed.values()].filter(({ state }) => state !== 'destroyed').map((key) => canonicalJson(key));
    expect(known.sort()).toEqual(living);
  });
});

describe('a second algorithm', () => {
  it('waits P for its first key while the other signs', async () => {
    await start().initialise.execute();
    const service = start({ algorithms: ['ES256', 'EdDSA'] });
    await service.initialise.execute();
    expect(service.ring.active('ES256').algorithm).toBe('ES256');
    expect(() => service.ring.active('EdDSA')).toThrow(expect.objectContaining({ code: 'SIGNING_SEALED' }));
    expect(service.ring.readiness()).toEqual({ ready: true, sealed: ['EdDSA is sealed: no key is active'] });
    clock.advance(P);
    await settle(service.rotate);
    await service.refresh.execute();
    expect(service.ring.active('EdDSA').algorithm).toBe('EdDSA');
    expect(service.ring.readiness()).toEqual({ ready: true });
  });
});

describe('sealed', () => {
  it('with another key-encryption key: says so, serves the set, makes nothing new however long it waits', async () => {
    await start().initialise.execute();
    const before = await keySet(database);
    const service = start({ kek: testKek(8) });
    const state = await service.initialise.execute();
    expect(state.sealed).toEqual([
      { kid: keyIn(before, 'active').kid, algorithm: 'ES256', reason: expect.stringMatching(/is not the one/) },
    ]);
    expect(service.ring.readiness()).toEqual({
      ready: false,
      reasons: [expect.stringMatching(/^ES256 is sealed: The key-encryption key/)],
    });
    expect(() => service.ring.active('ES256')).toThrow(expect.objectContaining({ code: 'SIGNING_SEALED' }));
    expect(servedKids(service)).toHaveLength(2);
    clock.advance(10 * R);
    const { blocked } = await settle(service.rotate);
    expect(blocked).toEqual([
      { transition: 'activate', algorithm: 'ES256', reason: expect.stringMatching(/key file/) },
    ]);
    expect(await keySet(database)).toEqual(before);
  });

  it('is over with the next poll once the key can be opened', async () => {
    await start().initialise.execute();
    const { ciphertext } = await database.db.selectFrom('local_key').select('ciphertext').executeTakeFirstOrThrow();
    const active = keyIn(await keySet(database), 'active').id;
    const put = (bytes: Uint8Array) =>
      database.db.updateTable('local_key').set({ ciphertext: bytes }).where('id', '=', active).execute();
    await put(Buffer.alloc(ciphertext.length));
    const service = start();
    await expect(service.initialise.execute()).resolves.toMatchObject({
      sealed: [{ reason: expect.stringMatching(/was changed/) }],
    });
    await put(ciphertext);
    await expect(service.refresh.execute()).resolves.toMatchObject({ sealed: [] });
    expect(service.ring.active('ES256').kid).toBe(keyIn(await keySet(database), 'active').kid);
  });

  it('keeps the signer that works when its standby cannot be opened', async () => {
    await start().initialise.execute();
    const { id } = keyIn(await keySet(database), 'published');
    await database.db.deleteFrom('local_key').where('id', '=', id).execute();
    const service = start();
    await service.initialise.execute();
    clock.advance(R);
    const { blocked } = await settle(service.rotate);
    expect(blocked).toEqual([
      { transition: 'activate', algorithm: 'ES256', reason: expect.stringMatching(/not in the database/) },
    ]);
    await service.refresh.execute();
    expect(service.ring.active('ES256').kid).toBe(keyIn(await keySet(database), 'active').kid);
  });

  it('when the private key is not that of the published one', async () => {
    await start().initialise.execute();
    const { active, published } = {
      active: keyIn(await keySet(database), 'active'),
      published: keyIn(await keySet(database), 'published'),
    };
    const swapped = (provider: SigningKeyProvider): SigningKeyProvider =>
      providerWith(provider, {
        publicJwk: () => provider.publicJwk(published.handle),
        sign: (_, input) => provider.sign(published.handle, input),
      });
    const { sealed } = await start({ wrapProvider: swapped }).initialise.execute();
    expect(sealed).toEqual([
      { kid: active.kid, algorithm: 'ES256', reason: expect.stringContaining(`another key, ${published.kid}`) },
    ]);
  });

  it('when verifiers are given the key otherwise than its provider has it', async () => {
    await start().initialise.execute();
    const altered = (repository: KeyRepository): KeyRepository => ({
      load: async () => {
        const reading = await repository.load();
        const keys = reading.value.keys.map((key) =>
          'publicJwk' in key ? { ...key, publicJwk: { ...key.publicJwk, x5u: 'https://elsewhere' } } : key,
        );
        return { ...reading, value: { ...reading.value, keys } };
      },
      version: () => repository.version(),
      transact: (decide) => repository.transact(decide),
      releaseHandle: (id) => repository.releaseHandle(id),
    });
    const service = start({ wrapRepository: altered });
    const { sealed } = await service.initialise.execute();
    expect(sealed).toMatchObject([{ reason: expect.stringContaining('another public key under its kid') }]);
    clock.advance(R);
    const { blocked } = await settle(service.rotate);
    expect(blocked).toMatchObject([{ transition: 'activate', reason: expect.stringContaining('another public key') }]);
  });

  it('for one algorithm only: the other goes on, and is rotated', async () => {
    const dead = (provider: SigningKeyProvider): SigningKeyProvider =>
      providerWith(provider, {
        create: (request) =>
          request.algorithm === 'EdDSA'
            ? Promise.reject(new SigningProviderError('KEY_NOT_FOUND', 'the HSM is gone'))
            : provider.create(request),
      });
    const service = start({ algorithms: ['EdDSA', 'ES256'], wrapProvider: dead });
    const { blocked } = await service.initialise.execute();
    expect(blocked).toEqual([{ transition: 'publish', algorithm: 'EdDSA', reason: 'the HSM is gone' }]);
    const first = service.ring.active('ES256').kid;
    clock.advance(R);
    await settle(service.rotate);
    await service.refresh.execute();
    expect(service.ring.active('ES256').kid).not.toBe(first);
  });

  it('for a request whose signature fails, without saying why to the caller', async () => {
    let broken = false;
    const failing = (provider: SigningKeyProvider): SigningKeyProvider =>
      providerWith(provider, {
        sign: (handle, input) => {
          if (broken) throw new SigningProviderError('KEY_UNREADABLE', 'PIN locked');
          return provider.sign(handle, input);
        },
      });
    const service = start({ wrapProvider: failing });
    await service.initialise.execute();
    const key = service.ring.active('ES256');
    broken = true;
    expect(() => key.sign(Buffer.from('x'))).toThrow(
      expect.objectContaining({
        code: 'SIGNING_SEALED',
        message: expect.not.stringContaining('PIN'),
        facts: { kid: key.kid, reason: 'PIN locked' },
      }),
    );
  });
});

describe('a provider that fails while it signs', () => {
  let failure: SigningProviderError | undefined;
  let asked: number;
  const failing = (provider: SigningKeyProvider): SigningKeyProvider =>
    providerWith(provider, {
      sign: (handle, input) => {
        asked++;
        return failure ? Promise.reject(failure) : provider.sign(handle, input);
      },
    });
  let service: Replica;

  beforeEach(async () => {
    failure = undefined;
    asked = 0;
    service = start({ wrapProvider: failing });
    await service.initialise.execute();
    await service.ring.active('ES256').sign(Buffer.from('x'));
  });

  const signing = async () => service.ring.active('ES256').sign(Buffer.from('x'));
  const sealed = expect.objectContaining({ code: 'SIGNING_SEALED' });

  it('seals its algorithm: readiness and figures say so and why, and it is asked no more', async () => {
    failure = new SigningProviderError('PROVIDER_UNREACHABLE', 'the token is gone');
    await expect(signing()).rejects.toEqual(sealed);
    asked = 0;
    await expect(signing()).rejects.toMatchObject({ facts: { reason: 'the token is gone' } });
    expect(asked).toBe(0);
    expect(service.ring.readiness()).toEqual({ ready: false, reasons: ['ES256 is sealed: the token is gone'] });
    expect(service.ring.signing()).toEqual(new Map([['ES256', false]]));
    const { sealed: told } = await service.refresh.execute();
    expect(told).toMatchObject([{ algorithm: 'ES256', reason: 'the token is gone' }]);
    expect(service.ring.readiness()).toEqual({ ready: false, reasons: ['ES256 is sealed: the token is gone'] });
  });

  it('signs again once a poll has seen that its key is what it was', async () => {
    failure = new SigningProviderError('PROVIDER_UNREACHABLE', 'the token is gone');
    await expect(signing()).rejects.toEqual(sealed);
    failure = undefined;
    await expect(signing()).rejects.toEqual(sealed);
    await service.refresh.execute();
    expect(service.ring.readiness()).toEqual({ ready: true });
    expect(await signing()).toHaveLength(64);
  });

  it('only because it is busy seals nothing', async () => {
    failure = new SigningProviderError('PROVIDER_BUSY', 'too much at once');
    await expect(signing()).rejects.toEqual(sealed);
    failure = undefined;
    expect(await signing()).toHaveLength(64);
  });

  it('does not keep a token from leaving that was signed before', async () => {
    const key = service.ring.active('ES256');
    failure = new SigningProviderError('PROVIDER_UNREACHABLE', 'the token is gone');
    await expect(signing()).rejects.toEqual(sealed);
    expect(service.ring.release('token', key)).toBe('token');
  });
});

describe('a provider that does not keep its contract is caught before anything is published', () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const sabotage: readonly [string, (provider: SigningKeyProvider) => Partial<SigningKeyProvider>][] = [
    [
      // Right in everything but its form.
      'signatures in DER',
      (real) => ({ sign: async (handle, input) => ecdsaJoseToDer(await real.sign(handle, input))! }),
    ],
    [
      'signatures of another key',
      () => ({ sign: (_, input) => cryptoSign('sha256', input, { key: other.privateKey, dsaEncoding: 'ieee-p1363' }) }),
    ],
    [
      'a signature cut short',
      (real) => ({ sign: async (handle, input) => (await real.sign(handle, input)).slice(0, -1) }),
    ],
    ['the public key of another key', () => ({ publicJwk: async () => publicJwkOf(other.publicKey, 'ES256') })],
    [
      'a key of another algorithm',
      (real) => ({ create: (request) => real.create({ ...request, algorithm: 'EdDSA' }) }),
    ],
    [
      'a kid that is no thumbprint',
      (real) => ({ publicJwk: async (handle) => ({ ...(await real.publicJwk(handle)), kid: 'mine' }) }),
    ],
    [
      'a private member',
      (real) => ({ publicJwk: async (handle) => ({ ...(await real.publicJwk(handle)), d: 'AAAA' }) }),
    ],
  ];

  it.each(sabotage)('%s', async (_what, change) => {
    const service = start({ wrapProvider: (provider) => providerWith(provider, change(provider)) });
    const { blocked } = await service.initialise.execute();
    expect(blocked).toMatchObject([{ transition: 'publish', reason: expect.stringMatching(/cannot be used/) }]);
    expect(statesOf(await keySet(database))).toEqual({ generating: 1 });
    expect(service.ring.readiness()).toEqual({ ready: false, reasons: ['no key is active'] });
  });

  it('one that cannot say what it holds: the start goes on, and says so', async () => {
    const refusal = new SigningProviderError('PROVIDER_UNREACHABLE', 'the token is gone');
    const list = () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(refusal) }) });
    const service = start({ wrapProvider: (provider) => providerWith(provider, { list }) });
    await expect(service.initialise.execute()).resolves.toMatchObject({ orphans: [], unlisted: 'the token is gone' });
    expect(service.ring.readiness()).toEqual({ ready: true });
  });
});

describe('what is left over', () => {
  it('is destroyed as soon as the provider can be reached again', async () => {
    let reachable = true;
    const flaky = (provider: SigningKeyProvider): SigningKeyProvider =>
      providerWith(provider, {
        destroy: (handle) =>
          reachable
            ? provider.destroy(handle)
            : Promise.reject(new SigningProviderError('KEY_NOT_FOUND', 'unreachable')),
      });
    const service = start({ wrapProvider: flaky });
    await service.initialise.execute();
    clock.advance(R);
    await settle(service.rotate);
    clock.advance(AFTERLIFE);
    reachable = false;
    const { blocked } = await settle(service.rotate);
    expect(blocked).toEqual([{ transition: 'release', algorithm: 'ES256', reason: 'unreachable' }]);
    expect(statesOf(await keySet(database))).toEqual({ active: 1, published: 1, destroyed: 1 });
    await service.refresh.execute();
    expect(servedKids(service)).toHaveLength(2);
    reachable = true;
    await expect(settle(service.rotate)).resolves.toMatchObject({ blocked: [] });
    expect(statesOf(await keySet(database))).toEqual({ active: 1, published: 1 });
    expect(await database.db.selectFrom('local_key').select('id').execute()).toHaveLength(2);
  });

  it('is reported, never used and never destroyed on suspicion', async () => {
    const service = start();
    await service.initialise.execute();
    const orphan = await service.provider.create({ algorithm: 'ES256', idempotencyKey: 'nobody asked' });
    await expect(service.initialise.execute()).resolves.toMatchObject({ orphans: [orphan] });
    await expect(service.provider.publicJwk(orphan)).resolves.toMatchObject({ alg: 'ES256' });
    expect(servedKids(service)).toHaveLength(2);
  });
});

describe('an answer that takes its time', () => {
  const Z = timing.signingLeaseSeconds;
  const slowly =
    (seconds: number) =>
    (real: KeyRepository): KeyRepository => ({
      load: () => real.load(),
      version: async () => {
        const version = await real.version();
        clock.advance(seconds);
        return version;
      },
      transact: (decide) => real.transact(decide),
      releaseHandle: (id) => real.releaseHandle(id),
    });

  it.each(['a new version', 'the version held'])('leaves that much less of the lease: %s', async (what) => {
    await start().initialise.execute();
    const service = start({ wrapRepository: slowly(100) });
    await service.refresh.execute();
    if (what === 'the version held') await expect(service.refresh.execute()).resolves.toMatchObject({ changed: false });
    clock.advance(Z - 100.001);
    expect(service.ring.readiness()).toEqual({ ready: true });
    clock.advance(0.001);
    expect(service.ring.readiness()).toMatchObject({ ready: false });
  });
});

describe('a replica whose clock is off', () => {
  it.each([
    ['ahead of', 10.1, /10\.1 s ahead of the database's/],
    ['behind', -10.1, /10\.1 s behind the database's/],
  ])('stops signing when it is %s the database by more than ε', async (_how, seconds, message) => {
    await start().initialise.execute();
    const skewed = new ManualClock();
    const service = start({ clock: skewed });
    await service.refresh.execute();
    skewed.jump(seconds);
    await expect(service.refresh.execute()).rejects.toThrow(message);
    clock.advance(timing.signingLeaseSeconds);
    skewed.advance(timing.signingLeaseSeconds);
    await expect(service.refresh.execute()).rejects.toThrow(message);
    expect(service.ring.readiness()).toMatchObject({ ready: false, reasons: [expect.stringMatching(message)] });
  });

  it('goes on within ε', async () => {
    await start().initialise.execute();
    for (const seconds of [9.9, -9.9]) {
      const skewed = new ManualClock(clock.now().getTime());
      skewed.jump(seconds);
      await expect(start({ clock: skewed }).refresh.execute()).resolves.toMatchObject({ changed: true });
    }
  });
});

describe('a database that went back', () => {
  it('is not followed: the lease runs out, and readiness says why', async () => {
    const service = start();
    await service.initialise.execute();
    clock.advance(R);
    await settle(service.rotate);
    await service.refresh.execute();
    const earlier = await openMemory(clock);
    await replica({ database: earlier, clock }).initialise.execute();
    const misled = replica({ database, clock, wrapRepository: () => replica({ database: earlier, clock }).repository });
    misled.ring.accept(
      await keySet(database),
      new Map([[keyIn(await keySet(database), 'active').kid, () => Buffer.alloc(64)]]),
      misled.ring.contact(),
    );
    await expect(misled.refresh.execute()).rejects.toThrow(/the database went back from key-set version 1\.8 to 1\.5/);
    clock.advance(timing.signingLeaseSeconds);
    expect(misled.ring.readiness()).toMatchObject({ ready: false, reasons: [expect.stringMatching(/went back/)] });
    await earlier.close();
  });

  it('or whose key set was changed by someone else is refused whole', async () => {
    const service = start();
    await service.initialise.execute();
    await database.db.updateTable('keyset').set({ version: 6 }).execute();
    await expect(service.refresh.execute()).rejects.toThrow(/in keyset was changed outside Mintmark/);
    await expect(service.rotate.execute()).rejects.toThrow(/in keyset was changed outside Mintmark/);
    const restarted = start();
    await expect(restarted.initialise.execute()).resolves.toMatchObject({
      unverified: expect.stringMatching(/in keyset/),
    });
    expect(servedKids(restarted)).toBeUndefined();
  });
});

describe('on disk', () => {
  it('no private key is to be found in the files, though the public ones are', async () => {
    const folder = temporaryFolder();
    const onDisk = await openDatabase({ url: `sqlite:${folder.path}/m.db`, clock });
    await replica({ database: onDisk, clock }).initialise.execute();
    const bytes = Buffer.concat(['m.db', 'm.db-wal'].map((name) => readFileSync(`${folder.path}/${name}`)));
    const keys = await new SqlEnvelopeStore(onDisk).localKeys(ISSUER);
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      const pkcs8 = openEnvelope(key.envelope, signingKeyContexts(key), [testKek()]);
      const { d, x } = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' });
      expect([
        bytes.includes(pkcs8),
        bytes.includes(decodeBase64url(d!)!),
        bytes.includes(d!),
        bytes.includes(x!),
      ]).toEqual([false, false, false, true]);
    }
    await onDisk.close();
    folder.remove();
  });
});
