import { createHmac } from 'node:crypto';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql, type Selectable } from 'kysely';
import { makeDigestKey, openDigestKey } from '../../apps/token-service/src/adapters/signing/local/digest-keys.ts';
import type { KeyEncryptionKeys } from '../../apps/token-service/src/adapters/signing/local/key-encryption-key.ts';
import { lengthPrefixed } from '../../apps/token-service/src/adapters/signing/local/key-envelope.ts';
import { LocalKeyWraps } from '../../apps/token-service/src/adapters/signing/local/local-key-wraps.ts';
import { LocalSigningKeys } from '../../apps/token-service/src/adapters/signing/local/local-signing-keys.ts';
import { LocalWitnessFile } from '../../apps/token-service/src/adapters/signing/local/local-witness-file.ts';
import { SqlEnvelopeStore } from '../../apps/token-service/src/adapters/sql/envelope-store.ts';
import { sealedManifest, readManifest } from '../../apps/token-service/src/adapters/sql/key-manifest.ts';
import { SqlChangeFeed } from '../../apps/token-service/src/adapters/sql/change-feed.ts';
import { SqlKeyRepository } from '../../apps/token-service/src/adapters/sql/key-repository.ts';
import { openDatabase, type Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { SqlRegistryRepository } from '../../apps/token-service/src/adapters/sql/registry-repository.ts';
import { SqlRevocationStore } from '../../apps/token-service/src/adapters/sql/revocation-store.ts';
import type { Tables } from '../../apps/token-service/src/adapters/sql/schema.ts';
import { DatabaseWitness } from '../../apps/token-service/src/core/keys/witness/database-witness.ts';
import { OpenEpoch } from '../../apps/token-service/src/core/keys/witness/open-epoch.ts';
import type { CompromiseOrder } from '../../apps/token-service/src/core/model/compromise.ts';
import { isVerifying } from '../../apps/token-service/src/core/model/signing-key.ts';
import { NOMINAL_TIMING as timing } from '../../apps/token-service/src/core/model/timing.ts';
import type { KeySetSeal, ReplaceableSeal } from '../../apps/token-service/src/core/ports/key-set-seal.ts';
import {
  forgetfulWitness,
  ISSUER,
  keyIn,
  openMemory,
  replica,
  servedKids,
  settle,
  storedSeal,
  temporaryFolder,
  testKek,
  type Replica,
} from './key-lab.ts';
import { ManualClock } from './manual-clock.ts';

const [LEAKED, SOUND] = [testKek(1), testKek(2)];
const OTHER_ISSUER = 'https://tokens.internal#admin';

let folder: ReturnType<typeof temporaryFolder>;
let clock: ManualClock;
let database: Database;
let witness: DatabaseWitness;
let seal: ReplaceableSeal;
let service: Replica;

const file = () => join(folder.path, 'mintmark.db');

beforeEach(async () => {
  folder = temporaryFolder();
  clock = new ManualClock();
  database = await openDatabase({ url: `sqlite:${file()}`, clock });
  await start([LEAKED]);
  clock.advance(timing.publishAheadSeconds);
});
afterEach(async () => {
  await database.close();
  folder.remove();
});

/** A process begins on what is there. */
async function start(keks: KeyEncryptionKeys): Promise<void> {
  seal = await storedSeal(database, keks);
  const store = new LocalWitnessFile({ path: join(folder.path, 'witness.json'), keks, exclusively: (work) => work() });
  witness = await DatabaseWitness.open({ store, seal, onFailure: () => undefined });
  service = await another(keks);
}

async function another(keks: KeyEncryptionKeys): Promise<Replica> {
  const [kek, ...moreKeks] = keks;
  const started = replica({ database, clock, witness, seal, kek, moreKeks });
  await started.initialise.execute();
  return started;
}

async function compromise(): Promise<void> {
  const { kid } = service.ring.active('ES256');
  const order = { target: { kid }, scope: 'custody', reason: 'leaked', withoutStandby: 'fresh-key' } as const;
  await service.compromise.execute(order satisfies CompromiseOrder, 'ann');
}

const stored = () => service.repository.load().then(({ value }) => value);
const head = () => database.db.selectFrom('keyset').selectAll().where('issuer', '=', ISSUER).executeTakeFirstOrThrow();
const sealKeys = () => database.db.selectFrom('digest_key').selectAll().where('purpose', '=', 'key-set').execute();
const wrapsOf = (row: Pick<Selectable<Tables['local_key']>, 'wraps'>) => row.wraps;

async function backUp(): Promise<string> {
  const path = join(folder.path, 'old.db');
  await sql`vacuum into ${sql.lit(path)}`.execute(database.db);
  return path;
}

async function restore(backup: string): Promise<void> {
  await database.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file()}${suffix}`, { force: true });
  copyFileSync(backup, file());
  database = await openDatabase({ url: `sqlite:${file()}`, clock });
}

function epochOpener(): OpenEpoch {
  return new OpenEpoch({
    ...{ witness, seal, timing, clock, registry: new SqlRegistryRepository(database) },
    rings: [{ issuer: ISSUER, ...service, refresh: () => service.refresh.execute() }],
    refreshRegistry: () => Promise.resolve(),
    revocations: new SqlRevocationStore(database, timing),
    refreshRevocations: () => Promise.resolve(),
    audit: { append: () => Promise.resolve() },
  });
}

describe('whoever has a key-encryption key and a copy of the database', () => {
  it('cannot write a key set any more once it was called compromised: another key proves them, in every ring', async () => {
    const other = new SqlKeyRepository(database, OTHER_ISSUER, seal);
    const intent = { id: 'a', algorithm: 'ES256', state: 'generating', createdAt: clock.now() } as const;
    await other.transact(() => ({ name: 'generate', actor: 'schedule', changes: [{ from: null, key: intent }] }));
    const known = await storedSeal(database, [LEAKED]);
    const before = known.mac(['x']);
    await start([SOUND, LEAKED]);
    await compromise();

    expect(await sealKeys()).toEqual([expect.objectContaining({ id: 'key-set.v2', version: 2 })]);
    expect((await sealKeys())[0]?.wraps).not.toContain(LEAKED.id);
    expect((await storedSeal(database, [SOUND])).mac(['x'])).not.toBe(before);
    const found = await new SqlKeyRepository(database, OTHER_ISSUER, seal).load();
    expect(found.value.keys).toEqual([intent]);

    // The thief writes what verifiers would believe: the present rows under a higher epoch.
    const row = await head();
    const manifest = readManifest(row, (parts) => seal.mac(parts));
    const forged = { ...row, epoch: 9 };
    const sealed = sealedManifest(forged, manifest, (parts) => known.mac(parts));
    await database.db
      .updateTable('keyset')
      .set({ ...forged, ...sealed })
      .where('issuer', '=', ISSUER)
      .execute();
    await expect(service.refresh.execute()).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
    expect(servedKids(await another([SOUND]))).toBeUndefined();
  });

  it('finds that other replicas take the new key with their next poll, and go on', async () => {
    await start([SOUND, LEAKED]);
    const [elsewhere, ofItsAudit] = [
      await storedSeal(database, [SOUND, LEAKED]),
      await storedSeal(database, [SOUND, LEAKED]),
    ];
    const other = replica({ database, clock, seal: elsewhere, kek: SOUND, moreKeks: [LEAKED] });
    await other.initialise.execute();
    await compromise();
    expect(elsewhere.version).toBe(1);
    const { epoch, version } = await head();
    const place = { stream: `keys:${ISSUER}`, epoch, version: version - 1 };
    const [copied] = await new SqlChangeFeed(database, ofItsAudit).after(place, 1);
    expect(copied?.change).toMatchObject({
      transition: 'compromise',
      keys: expect.arrayContaining([expect.anything()]),
    });
    await other.refresh.execute();
    expect(elsewhere.version).toBe(2);
    expect(servedKids(other)).toEqual(servedKids(service));
    clock.advance(timing.rotationPeriodSeconds);
    expect((await settle(other.rotate)).blocked).toEqual([]);
    await other.refresh.execute();
    await service.refresh.execute();
    expect(service.ring.active('ES256').kid).toBe(other.ring.active('ES256').kid);
  });

  it('causes no alarm where several readers of a replica find the new key at the same moment', async () => {
    await start([SOUND, LEAKED]);
    const shared = await storedSeal(database, [SOUND, LEAKED]);
    const other = replica({ database, clock, seal: shared, kek: SOUND, moreKeks: [LEAKED] });
    const ofItsAudit = new SqlChangeFeed(database, shared);
    await compromise();
    const { epoch, version } = await head();
    const place = { stream: `keys:${ISSUER}`, epoch, version: version - 1 };
    const { stored: keys } = other;
    const [looks, [copied]] = await Promise.all([
      Promise.all([keys.load(), keys.load(), keys.version()]),
      ofItsAudit.after(place, 1),
    ]);
    expect(looks.map(({ value }) => value.version)).toEqual([version, version, version]);
    expect(copied?.change).toMatchObject({ transition: 'compromise' });
  });

  it('nor where another reader has found it when the one that was read with the old one looks for it', async () => {
    await start([SOUND, LEAKED]);
    const old = await storedSeal(database, [SOUND, LEAKED]);
    await compromise();
    const { epoch, version } = await head();
    const place = { stream: `keys:${ISSUER}`, epoch, version: version - 1 };
    expect((await new SqlKeyRepository({ ...database, clock }, ISSUER, foundMeanwhile()).version()).value.version).toBe(
      version,
    );
    const [copied] = await new SqlChangeFeed(database, foundMeanwhile()).after(place, 1);
    expect(copied?.change).toMatchObject({ transition: 'compromise' });

    function foundMeanwhile(): KeySetSeal {
      let inUse = old;
      return {
        get version() {
          return inUse.version;
        },
        custody: [],
        mac: (parts) => {
          const mac = inUse.mac(parts);
          inUse = seal;
          return mac;
        },
        renew: () => Promise.resolve(),
      };
    }
  });

  it('cannot put the old key of the seals back: whoever saw the new one remembers it', async () => {
    const [old] = await sealKeys();
    await start([SOUND, LEAKED]);
    await compromise();
    const known = await storedSeal(database, [SOUND]);
    const row = await head();
    const manifest = readManifest(row, (parts) => known.mac(parts));
    await database.db.deleteFrom('digest_key').where('purpose', '=', 'key-set').execute();
    await database.db.insertInto('digest_key').values(old!).execute();
    const before = seal.version;
    await seal.renew();
    expect(seal.version).toBe(before);
    await start([SOUND, LEAKED]);
    const sealed = sealedManifest(row, manifest, (parts) => seal.mac(parts));
    await database.db.updateTable('keyset').set(sealed).where('issuer', '=', ISSUER).execute();
    await expect(service.refresh.execute()).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
    expect(servedKids(service)).toBeUndefined();
    expect(witness.seal()).toContain('is proved with key 1 (key-set), and was with 2 before');
    expect(() => service.ring.active('ES256')).toThrow();
  });

  it('cannot put a later key of the seals there: none counts that lies under what was compromised', async () => {
    await start([SOUND, LEAKED]);
    await compromise();
    const [served, row] = [servedKids(service), await head()];
    const manifest = readManifest(row, (parts) => seal.mac(parts));
    const planted = makeDigestKey({ purpose: 'key-set', version: 3 }, [LEAKED]);
    await new SqlEnvelopeStore(database).addDigestKey(planted);
    const key = openDigestKey(planted, [LEAKED]);
    const forged = { ...row, epoch: 9 };
    const sealed = sealedManifest(forged, manifest, (parts) =>
      createHmac('sha256', key).update(lengthPrefixed(parts)).digest('base64url'),
    );
    await database.db
      .updateTable('keyset')
      .set({ ...forged, ...sealed })
      .where('issuer', '=', ISSUER)
      .execute();
    await database.db.deleteFrom('condemned_custody').execute();

    const refused = {
      code: 'KEY_UNREADABLE',
      message: expect.stringContaining('which lies under what was compromised'),
    };
    await expect(service.refresh.execute()).rejects.toMatchObject(refused);
    expect(servedKids(service)).toEqual(served);
    expect(() => service.ring.active('ES256')).toThrow();
    // What a replica has opened it with it does not forget.
    await database.db.updateTable('digest_key').set({ wraps: '[]' }).where('version', '=', 3).execute();
    await expect(service.refresh.execute()).rejects.toMatchObject(refused);
    await database.db
      .updateTable('digest_key')
      .set({ wraps: JSON.stringify(planted.envelope.wraps) })
      .where('version', '=', 3)
      .execute();
    await start([SOUND, LEAKED]);
    expect(servedKids(service)).toBeUndefined();
    await expect(epochOpener().execute('r')).rejects.toMatchObject({
      code: 'KEYS_UNUSABLE',
      message: expect.stringContaining('no backup'),
    });
    expect(seal.version).toBe(3);

    // Once that is mended, nothing of it is remembered.
    await database.db.deleteFrom('digest_key').where('version', '=', 3).execute();
    await database.db.updateTable('keyset').set(row).where('issuer', '=', ISSUER).execute();
    await start([SOUND, LEAKED]);
    expect(servedKids(service)).toEqual(expect.arrayContaining([...served!]));
    expect([witness.seal(), service.ring.active('ES256').algorithm]).toEqual([undefined, 'ES256']);
  });

  it('knows the key of the seals, though that was put under another one before: every replica takes the next', async () => {
    await start([SOUND, LEAKED]);
    const elsewhere = await storedSeal(database, [SOUND, LEAKED]);
    const store = forgetfulWitness();
    const ofOther = await DatabaseWitness.open({ store, seal: elsewhere, onFailure: () => undefined });
    const wraps = new LocalKeyWraps({ store: new SqlEnvelopeStore(database), keks: [SOUND, LEAKED] });
    for (const key of (await wraps.wrapped()).filter(({ kind }) => kind === 'digest-key')) {
      await wraps.add(key, SOUND.id);
      await wraps.drop(key, LEAKED.id);
    }
    const other = replica({ database, clock, witness: ofOther, seal: elsewhere, kek: SOUND, moreKeks: [LEAKED] });
    await other.initialise.execute();
    await compromise();
    await other.refresh.execute();
    await other.refresh.execute();
    expect([elsewhere.version, ofOther.seal(), servedKids(other)]).toEqual([2, undefined, servedKids(service)]);
  });

  it('is not helped by a second order, which takes no key that lies where the present one does', async () => {
    await start([SOUND, LEAKED]);
    await compromise();
    await seal.replace({ lost: [LEAKED.id], known: 1 });
    expect(seal.version).toBe(2);
    await expect(seal.replace({ lost: [SOUND.id, LEAKED.id], known: 2 })).rejects.toMatchObject({
      code: 'KEY_ENCRYPTION_UNAVAILABLE',
    });
    expect((await sealKeys()).map(({ version }) => version)).toEqual([2]);
  });

  it('has one key of the seals replaced by another, whichever replicas are told at once', async () => {
    await start([SOUND, LEAKED]);
    const seals = await Promise.all([1, 2, 3].map(() => storedSeal(database, [SOUND, LEAKED])));
    await Promise.all(seals.map((each) => each.replace({ lost: [LEAKED.id], known: 1 })));
    expect(seals.map(({ version }) => version)).toEqual([2, 2, 2]);
    expect(new Set(seals.map((each) => each.mac(['x']))).size).toBe(1);
  });
});

describe('a key-encryption key that was compromised', () => {
  const made = async () => {
    const keys = await database.db.selectFrom('local_key').selectAll().execute();
    const standby = keyIn(await stored(), 'published');
    return wrapsOf(keys.find(({ kid }) => kid === standby.kid)!);
  };

  it('wraps nothing new, whatever is taken out of the database', async () => {
    await start([SOUND, LEAKED]);
    await compromise();
    await database.db.deleteFrom('condemned_custody').execute();
    await settle(service.rotate);
    expect(await made()).toContain(SOUND.id);
    expect(await made()).not.toContain(LEAKED.id);
  });

  it('brings no key of a thief into the set, put where the next one was to be made', async () => {
    await start([SOUND, LEAKED]);
    await compromise();
    await database.db.deleteFrom('condemned_custody').execute();
    const intent = { id: 'next', algorithm: 'ES256', state: 'generating', createdAt: clock.now() } as const;
    const generate = { name: 'generate', actor: 'schedule', changes: [{ from: null, key: intent }] } as const;
    await service.repository.transact(() => generate);
    const thief = new LocalSigningKeys({ issuer: ISSUER, store: new SqlEnvelopeStore(database), keks: [LEAKED] });
    const elsewhere = await openMemory(clock);
    const store = new SqlEnvelopeStore(elsewhere);
    const handle = await new LocalSigningKeys({ issuer: ISSUER, store, keks: [LEAKED] }).create({
      ...{ algorithm: 'ES256', idempotencyKey: intent.id },
    });
    await new SqlEnvelopeStore(database).addLocalKey((await store.localKey(intent.id))!);
    await elsewhere.close();
    const { kid } = await thief.publicJwk(handle);

    const { blocked } = await settle(service.rotate);
    expect(blocked).toMatchObject([{ transition: 'publish', reason: expect.stringContaining(LEAKED.id) }]);
    await service.refresh.execute();
    expect(servedKids(service)).not.toContain(kid);
    // The way out that is named.
    await database.db.deleteFrom('local_key').where('id', '=', intent.id).execute();
    expect((await settle(service.rotate)).blocked).toEqual([]);
  });

  it('is not wrapped under by hand, either', async () => {
    await start([SOUND, LEAKED]);
    await compromise();
    const store = new SqlEnvelopeStore(database);
    const wraps = new LocalKeyWraps({ store, keks: [SOUND, LEAKED] });
    const key = (await wraps.wrapped()).find(({ kekIds }) => !kekIds.includes(LEAKED.id))!;
    await expect(wraps.add(key, LEAKED.id)).rejects.toMatchObject({ code: 'KEY_ENCRYPTION_UNAVAILABLE' });
  });

  it('is remembered when a backup of before is restored: in the new epoch it wraps nothing, and proves nothing', async () => {
    const backup = await backUp();
    await start([SOUND, LEAKED]);
    await compromise();
    await settle(service.rotate);
    await restore(backup);
    await start([SOUND, LEAKED]);
    expect(witness.seal()).toContain('is proved with key 1 (key-set), and was with 2 before');
    expect(await database.db.selectFrom('condemned_custody').selectAll().execute()).toEqual([]);
    const { sealed } = await epochOpener().execute('r');
    expect([sealed, seal.version]).toEqual([null, 3]);
    clock.advance(timing.rotationPeriodSeconds);
    await settle(service.rotate);
    expect(await made()).toContain(SOUND.id);
    expect(await made()).not.toContain(LEAKED.id);
    clock.advance(timing.publishAheadSeconds);
    await start([SOUND]);
    expect([witness.seal(), service.ring.active('ES256').algorithm]).toEqual([undefined, 'ES256']);
  });

  it('takes the trust from every key of a backup that lies under it, though some were gone when that was ordered', async () => {
    const backup = await backUp();
    const early = (await stored()).keys.flatMap((key) => ('kid' in key && key.kid !== null ? [key.kid] : []));
    for (let rotations = 0; rotations < 3; rotations++) {
      clock.advance(timing.rotationPeriodSeconds);
      await settle(service.rotate);
    }
    await start([SOUND, LEAKED]);
    await compromise();
    expect((await stored()).keys.filter((key) => 'kid' in key && early.includes(key.kid!))).toEqual([]);
    await restore(backup);
    await start([SOUND, LEAKED]);
    expect(servedKids(service)).toBeUndefined();
    await epochOpener().execute('r');
    const trusted = (await stored()).keys.filter(isVerifying).map(({ kid }) => kid);
    expect(trusted.filter((kid) => early.includes(kid))).toEqual([]);
    await settle(service.rotate);
    clock.advance(timing.publishAheadSeconds);
    await settle(service.rotate);
    await service.refresh.execute();
    expect(early).not.toContain(service.ring.active('ES256').kid);
  });
});
