import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generateSigningKeyPair, publicJwkOf } from '@mintmark/jws';
import { makeDigestKey, openDigestKey } from '../../apps/token-service/src/adapters/signing/local/digest-keys.ts';
import type {
  KeyEncryptionKey,
  KeyEncryptionKeys,
} from '../../apps/token-service/src/adapters/signing/local/key-encryption-key.ts';
import { lengthPrefixed } from '../../apps/token-service/src/adapters/signing/local/key-envelope.ts';
import { LocalKeyWraps } from '../../apps/token-service/src/adapters/signing/local/local-key-wraps.ts';
import { LocalWitnessFile } from '../../apps/token-service/src/adapters/signing/local/local-witness-file.ts';
import { SqlEnvelopeStore } from '../../apps/token-service/src/adapters/sql/envelope-store.ts';
import { SqlKeyRepository } from '../../apps/token-service/src/adapters/sql/key-repository.ts';
import { SqlSealedKeySets } from '../../apps/token-service/src/adapters/sql/sealed-key-sets.ts';
import { openDatabase, type Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { DatabaseWitness } from '../../apps/token-service/src/core/keys/witness/database-witness.ts';
import type { KeyChange } from '../../apps/token-service/src/core/model/key-set.ts';
import { freezeTiming, type KeyHandle } from '../../apps/token-service/src/core/model/signing-key.ts';
import { NOMINAL_TIMING as timing } from '../../apps/token-service/src/core/model/timing.ts';
import type { DataKeyWrap } from '../../apps/token-service/src/core/ports/envelope-store.ts';
import type { KeyRepository } from '../../apps/token-service/src/core/ports/key-repository.ts';
import type { Mac, ReplaceableSeal } from '../../apps/token-service/src/core/ports/key-set-seal.ts';
import {
  ISSUER,
  servedKids,
  storedSeal,
  temporaryFolder,
  testKek,
  type Replica,
  type ReplicaOptions,
} from './key-lab.ts';
import { ManualClock } from './manual-clock.ts';
import { beginProcess } from './witnessed-process.ts';

const [LEAKED, SOUND] = [testKek(1), testKek(2)];
const BOTH = [SOUND, LEAKED] as const;

let folder: ReturnType<typeof temporaryFolder>;
let clock: ManualClock;
let database: Database;
let witness: DatabaseWitness;
let seal: ReplaceableSeal;
let service: Replica;
/** What a thief who has the key-encryption key and a copy of the database can write with. */
let known: ReplaceableSeal;

beforeEach(async () => {
  folder = temporaryFolder();
  clock = new ManualClock();
  database = await openDatabase({ url: `sqlite:${join(folder.path, 'mintmark.db')}`, clock });
  await start([LEAKED]);
  known = await storedSeal(database, [LEAKED]);
  clock.advance(timing.publishAheadSeconds);
});
afterEach(async () => {
  await database.close();
  folder.remove();
});

function witnessFile(keks: KeyEncryptionKeys): LocalWitnessFile {
  return new LocalWitnessFile({ path: join(folder.path, 'witness.json'), keks, exclusively: (work) => work() });
}

/** A process begins on what is there, beside one witness that all of them share. */
async function start(keks: KeyEncryptionKeys, more: Partial<ReplicaOptions> = {}): Promise<void> {
  ({ seal, witness, service } = await beginProcess({ database, clock, keks, folder: folder.path, ...more }));
}

async function compromise(): Promise<void> {
  const { kid } = service.ring.active('ES256');
  const order = { target: { kid }, scope: 'custody', reason: 'leaked', withoutStandby: 'fresh-key' } as const;
  await service.compromise.execute(order, 'ann');
}

const sealKeys = () => database.db.selectFrom('digest_key').selectAll().where('purpose', '=', 'key-set').execute();
const sealVersions = async () => (await sealKeys()).map(({ version }) => version);

/** Nothing in the database says that a wrap is whole, or that none is missing. */
async function touchWraps(change: (wraps: readonly DataKeyWrap[]) => readonly DataKeyWrap[]): Promise<void> {
  for (const { id, wraps } of await sealKeys()) {
    const changed = JSON.stringify(change(JSON.parse(wraps) as DataKeyWrap[]));
    await database.db.updateTable('digest_key').set({ wraps: changed }).where('id', '=', id).execute();
  }
}

const underSound = (wraps: readonly DataKeyWrap[]) => wraps.map((wrap) => ({ ...wrap, kekId: SOUND.id }));
const without = (kek: KeyEncryptionKey) => (wraps: readonly DataKeyWrap[]) =>
  wraps.filter(({ kekId }) => kekId !== kek.id);

async function wrapUnder(kek: KeyEncryptionKey): Promise<void> {
  const wraps = new LocalKeyWraps({ store: new SqlEnvelopeStore(database), keks: [kek, ...BOTH] });
  const keys = await wraps.wrapped();
  for (const key of keys.filter(({ kind }) => kind === 'digest-key')) await wraps.add(key, kek.id);
}

/** As after a change of key-encryption keys; but the thief has a copy from before. */
async function onlyUnderSound(): Promise<void> {
  await wrapUnder(SOUND);
  await touchWraps(without(LEAKED));
  await start(BOTH);
}

/** A later key of the seals, and the sets under it: of the thief's making. */
async function plantSealKey(): Promise<void> {
  const planted = makeDigestKey({ purpose: 'key-set', version: 2 }, [LEAKED]);
  const key = openDigestKey(planted, [LEAKED]);
  const after: Mac = (parts) => createHmac('sha256', key).update(lengthPrefixed(parts)).digest('base64url');
  const sets = new SqlSealedKeySets(database);
  expect(await sets.putUnder(planted, { replaced: 1, before: (parts) => known.mac(parts), after })).toBe(true);
}

/** One that signs no more, and is given to verifiers for years to come. */
async function plantKey(handle: KeyHandle): Promise<string> {
  const publicJwk = publicJwkOf((await generateSigningKeyPair('EdDSA')).privateKey, 'EdDSA');
  const { kid } = publicJwk;
  const now = clock.now();
  const intent = { id: 'planted', algorithm: 'EdDSA', createdAt: now } as const;
  const published = { ...intent, ...{ kid, publicJwk, handle }, frozen: freezeTiming(timing), publishedAt: now };
  const far = new Date(now.getTime() + 3e11);
  const active = { ...published, activatedAt: now, signNotAfter: far, verifyUntil: far };
  const changes: readonly KeyChange[] = [
    { from: null, key: { ...intent, state: 'generating' } },
    { from: 'generating', key: { ...published, state: 'published' } },
    { from: 'published', key: { ...active, state: 'active' } },
    { from: 'active', key: { ...active, state: 'deactivated', deactivatedAt: now } },
  ];
  const theirs = new SqlKeyRepository({ ...database, clock }, ISSUER, known);
  await theirs.transact(() => ({ name: 'publish', actor: 'schedule', changes }));
  return kid;
}

/** The order is given, and the process dies before its transaction. */
async function compromiseAndDie(): Promise<void> {
  let dead = false;
  const wrapRepository = (real: KeyRepository): KeyRepository => ({
    load: () => real.load(),
    version: () => real.version(),
    transact: (decide) => (dead ? Promise.reject(new Error('dead')) : real.transact(decide)),
    releaseHandle: (id) => real.releaseHandle(id),
  });
  await start(BOTH, { wrapRepository });
  dead = true;
  await expect(compromise()).rejects.toThrow('dead');
  expect(await service.compromise.carryOutReserved()).toMatchObject([{ error: { message: 'dead' } }]);
}

describe('the key that proves key sets is replaced with a leaked key-encryption key', () => {
  it.each([
    ['its wraps were taken away', () => touchWraps(() => [])],
    ['they bear the name of the sound one', () => touchWraps(underSound)],
    ['it was opened with the sound one alone', onlyUnderSound],
  ])('although %s', async (_hidden, hide) => {
    await start(BOTH);
    await hide();
    await compromise();
    expect(await sealVersions()).toEqual([2]);
    const theirs = new SqlKeyRepository({ ...database, clock }, ISSUER, {
      ...{ version: 1, custody: [], renew: () => Promise.resolve() },
      mac: (parts) => known.mac(parts),
    });
    await expect(theirs.transact(() => undefined)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
    await service.refresh.execute();
    expect([witness.seal(), service.ring.active('ES256').algorithm]).toEqual([undefined, 'ES256']);
  });

  it('once, however often the order is carried out, on whichever replica', async () => {
    await compromiseAndDie();
    await service.compromise.carryOutReserved();
    expect(await sealVersions()).toEqual([2]);
    await start(BOTH);
    const [first, other] = [service, seal];
    await start(BOTH);
    const failed = await Promise.all([first, service].map(({ compromise: each }) => each.carryOutReserved()));
    expect(failed).toEqual([[], []]);
    expect([await sealVersions(), seal.version, other.version]).toEqual([[2], 2, 2]);
    await service.refresh.execute();
    expect([witness.seal(), witness.intents.reserved(ISSUER)]).toEqual([undefined, []]);
    expect(service.ring.active('ES256').algorithm).toBe('ES256');
  });

  it('and not by a later one that a thief put there before the order was carried out', async () => {
    await start(BOTH);
    const { kid } = service.ring.active('ES256');
    const order = { target: { kid }, scope: 'custody', reason: 'leaked', withoutStandby: 'fresh-key' } as const;
    const intent = service.compromise.take(order, await service.compromise.plan(order), 'ann');
    await witness.intents.reserve([intent!]);
    expect((await witnessFile(BOTH).read())?.reserved).toEqual([intent]);
    await plantSealKey();
    await start(BOTH);
    expect(await service.compromise.carryOutReserved()).toEqual([]);
    expect(await sealVersions()).toEqual([3]);
    await service.refresh.execute();
    expect([witness.seal(), service.ring.active('ES256').algorithm]).toEqual([undefined, 'ES256']);
  });

  it('and none that a thief puts there afterwards is wrapped under a sound one, whatever is taken out of the database', async () => {
    await start(BOTH);
    await compromise();
    const store = new SqlEnvelopeStore(database);
    await store.addDigestKey(makeDigestKey({ purpose: 'key-set', version: 3 }, [LEAKED]));
    await database.db.deleteFrom('condemned_custody').execute();
    const wraps = new LocalKeyWraps({ store, keks: BOTH, condemned: () => witness.condemned });
    const planted = (await wraps.wrapped()).find(({ id }) => id === 'key-set.v3')!;
    const refused = { code: 'CUSTODY_COMPROMISED', message: expect.stringContaining('key-set.v3') };
    await expect(wraps.add(planted, SOUND.id)).rejects.toMatchObject(refused);
    // What else is left under it is moved: the rest of the service needs to open it.
    for (const key of (await wraps.wrapped()).filter(({ id }) => id !== planted.id)) await wraps.add(key, SOUND.id);
  });

  it('by a second order for another one, too, and not for a token', async () => {
    await start(BOTH);
    await compromise();
    await service.custody.condemn({ lost: ['pkcs11:00000000'], known: 2 });
    expect(await sealVersions()).toEqual([2]);
    await start([testKek(3), ...BOTH]);
    await wrapUnder(testKek(3));
    await touchWraps(without(SOUND));
    await compromise();
    expect(await sealVersions()).toEqual([3]);
  });
});

describe('a key that a thief has planted goes with the leaked key-encryption key', () => {
  it.each([
    ['its private key is nowhere', 'local:nowhere'],
    ['it names a token, and there is none', `pkcs11:deadbeef${'0'.repeat(24)}`],
    ['what it names is no key of a token', 'pkcs11:deadbeef'],
  ] as const)('although %s', async (_hidden, handle) => {
    const kid = await plantKey(handle);
    await start(BOTH);
    expect(servedKids(service)).toContain(kid);
    await compromise();
    expect(servedKids(service)).not.toContain(kid);
  });
});
