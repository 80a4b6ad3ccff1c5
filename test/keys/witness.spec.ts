import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RevocationsClaims } from '@mintmark/contract';
import { sql } from 'kysely';
import { pino } from 'pino';
import type { KeyEncryptionKey } from '../../apps/token-service/src/adapters/signing/local/key-encryption-key.ts';
import { LocalWitnessFile } from '../../apps/token-service/src/adapters/signing/local/local-witness-file.ts';
import { openDatabase, type Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { SqlKeyRepository } from '../../apps/token-service/src/adapters/sql/key-repository.ts';
import { SqlRevocationStore } from '../../apps/token-service/src/adapters/sql/revocation-store.ts';
import { SqlRegistryRepository } from '../../apps/token-service/src/adapters/sql/registry-repository.ts';
import { DatabaseWitness } from '../../apps/token-service/src/core/keys/witness/database-witness.ts';
import type { AuditEvent } from '../../apps/token-service/src/core/model/audit-event.ts';
import type { CompromiseOrder } from '../../apps/token-service/src/core/model/compromise.ts';
import { NOMINAL_TIMING as timing } from '../../apps/token-service/src/core/model/timing.ts';
import type { WitnessRecord } from '../../apps/token-service/src/core/model/witness-record.ts';
import type { Clock } from '../../apps/token-service/src/core/ports/clock.ts';
import type { KeyRepository } from '../../apps/token-service/src/core/ports/key-repository.ts';
import type { KeySetWitness } from '../../apps/token-service/src/core/ports/key-set-witness.ts';
import type { RevocationStore } from '../../apps/token-service/src/core/ports/revocation-store.ts';
import { RevocationFeed } from '../../apps/token-service/src/core/revocation/revocation-feed.ts';
import { WitnessedRevocations } from '../../apps/token-service/src/core/revocation/witnessed-revocations.ts';
import { HeldRevocations } from '../../libs/verifier/src/revocations/held-revocations.ts';
import { openWitness, readWitness } from '../../apps/token-service/src/modules/witness-parts.ts';
import { WitnessedRegistry } from '../../apps/token-service/src/core/registry/witnessed-registry.ts';
import {
  epochOpener,
  ISSUER,
  keyIn,
  keySet,
  providerWith,
  replica,
  servedKids,
  settle,
  statesOf,
  temporaryFolder,
  testKek,
  type Replica,
  type ReplicaOptions,
  TEST_SEAL,
} from './key-lab.ts';
import { clockOff, ManualClock } from './manual-clock.ts';

const P = timing.publishAheadSeconds;

let folder: ReturnType<typeof temporaryFolder>;
let clock: ManualClock;
let database: Database;
let witness: DatabaseWitness;
let service: Replica;
let failures: unknown[];

const file = () => join(folder.path, 'mintmark.db');
const witnessPath = () => join(folder.path, 'witness.json');
const exclusively = <Result>(work: () => Promise<Result>) => work();
const store = (...keks: KeyEncryptionKey[]) => {
  const [first = testKek(), ...more] = keks;
  return new LocalWitnessFile({ path: witnessPath(), keks: [first, ...more], exclusively });
};
const openFile = () => openDatabase({ url: `sqlite:${file()}`, clock });

beforeEach(async () => {
  folder = temporaryFolder();
  clock = new ManualClock();
  failures = [];
  database = await openFile();
  await start();
});
afterEach(async () => {
  await database.close();
  folder.remove();
});

/** A process begins on what is there. */
async function start(options: Partial<ReplicaOptions> = {}, from: KeySetWitness = store()): Promise<void> {
  witness = await DatabaseWitness.open({ store: from, onFailure: (error) => failures.push(error) });
  service = replica({ database, clock, witness, ...options });
  await service.initialise.execute();
  await service.compromise.carryOutReserved();
}

async function backUp(name: string): Promise<string> {
  const path = join(folder.path, name);
  await sql`vacuum into ${sql.lit(path)}`.execute(database.db);
  return path;
}

async function restore(backup: string): Promise<void> {
  await database.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file()}${suffix}`, { force: true });
  copyFileSync(backup, file());
  database = await openFile();
}

function orderFor(kid: string): CompromiseOrder {
  return { target: { kid }, scope: 'key', reason: 'a drill', withoutStandby: 'refuse' };
}

const signer = async () => keyIn(await keySet(database), 'active').kid;
const code = (name: string) => expect.objectContaining({ code: name });
const onDisk = () => (JSON.parse(readFileSync(witnessPath(), 'utf8')) as { record: WitnessRecord }).record;

const newEpoch = (audit: AuditEvent[] = [], clockOf: Clock = clock) =>
  epochOpener({ database, clock: clockOf, witness, service, audit }).execute('r');

describe('a witness', () => {
  it('follows the key set, and lets the same database start again', async () => {
    const { epoch, version, digest } = await keySet(database);
    expect(onDisk().keySets).toEqual({ [ISSUER]: { epoch, version, digest } });
    clock.advance(timing.rotationPeriodSeconds);
    await settle(service.rotate);
    expect(onDisk().keySets[ISSUER]?.version).toBe((await keySet(database)).version);
    await start();
    expect(witness.seal()).toBeUndefined();
    expect(service.ring.active('ES256').kid).toBe(await signer());
  });

  it('seals a database that is older: nothing is signed or changed, and the keys are still served', async () => {
    const backup = await backUp('old.db');
    clock.advance(timing.rotationPeriodSeconds);
    await settle(service.rotate);
    await restore(backup);
    await start();
    expect(() => service.ring.active('ES256')).toThrow(code('SIGNING_SEALED'));
    expect(service.ring.readiness()).toEqual({
      ready: false,
      reasons: [expect.stringMatching(/holds key-set version .* was at .*keyset unseal --new-epoch/)],
    });
    expect(servedKids(service)).toContain(await signer());
    const before = await keySet(database);
    await settle(service.rotate);
    expect(await keySet(database)).toEqual(before);
    const order = { verb: 'destroy', kid: keyIn(before, 'published').kid } as const;
    await expect(service.operate.execute(order, 'ann')).rejects.toEqual(code('DATABASE_OUTDATED'));
  });

  it('seals a running replica under which the database went back, whatever it had in hand', async () => {
    const present = (): KeyRepository => new SqlKeyRepository(database, ISSUER, TEST_SEAL);
    const wrapRepository = (): KeyRepository => ({
      load: () => present().load(),
      version: () => present().version(),
      transact: (decide) => present().transact(decide),
      releaseHandle: (id) => present().releaseHandle(id),
    });
    await start({ wrapRepository });
    const backup = await backUp('old.db');
    clock.advance(P);
    await service.operate.execute({ verb: 'rotate', algorithm: 'ES256' }, 'ann');
    const key = service.ring.active('ES256');
    expect(service.ring.release('token', key)).toBe('token');
    await restore(backup);
    const before = await keySet(database);
    let asked = false;
    const change = service.repository.transact(() => void (asked = true));
    await expect(change).rejects.toEqual(code('DATABASE_OUTDATED'));
    expect(asked).toBe(false);
    expect(await keySet(database)).toEqual(before);
    expect(() => service.ring.release('token', key)).toThrow(code('SIGNING_SEALED'));
  });

  it('seals a set of the same version with other content, and a database that caught up but trusts a compromised key', async () => {
    clock.advance(P);
    const backup = await backUp('old.db');
    const kid = await signer();
    await service.compromise.execute(orderFor(kid), 'ann');
    await restore(backup);
    const stranger = replica({ database, clock });
    await stranger.operate.execute({ verb: 'rotate', algorithm: 'ES256' }, 'bob');
    await start();
    expect(witness.seal()).toContain('another key set');
    await settle(stranger.rotate);
    await start();
    expect(witness.seal()).toContain(`trusts keys that were compromised (${kid})`);
    expect(servedKids(service)).not.toContain(kid);
  });

  it('knows an older registry, and lets nobody change it', async () => {
    const registry = new WitnessedRegistry(new SqlRegistryRepository(database), witness);
    await database.db.insertInto('registry').values({ id: 1, version: 7 }).execute();
    expect(await registry.version()).toBe(7);
    await database.db.updateTable('registry').set({ version: 6 }).execute();
    await registry.load();
    expect(witness.seal()).toContain('registry version 6, and was at 7 before');
    const nothing = { issuers: [], resources: [], clients: [], policies: [], secrets: [] };
    const change = () => ({ actor: 'ann', changes: nothing });
    await expect(registry.transact(change)).rejects.toEqual(code('DATABASE_OUTDATED'));
    await expect(registry.transactClient('a', change)).rejects.toEqual(code('DATABASE_OUTDATED'));
    await start();
    await database.db.updateTable('registry').set({ version: 5 }).execute();
    const unread = () => new WitnessedRegistry(new SqlRegistryRepository(database), witness);
    await expect(unread().transactClient('a', change)).rejects.toEqual(code('DATABASE_OUTDATED'));
    await start();
    const again = unread();
    await expect(again.transact(change)).rejects.toEqual(code('DATABASE_OUTDATED'));
    const { sealed, registry: opened } = await newEpoch();
    expect([sealed, opened]).toEqual([null, { version: 8, witnessed: 8 }]);
    expect(await again.transact(change)).toBeGreaterThanOrEqual(8);
  });

  it.each([
    ['is changed', (text: string) => text.replace('"registryVersion": 0', '"registryVersion": 1')],
    ['is torn', (text: string) => text.slice(0, 40)],
    ['says nothing', () => 'null'],
  ])('that %s is not believed: sealed, and it is kept as it is', async (_, alter) => {
    writeFileSync(witnessPath(), alter(readFileSync(witnessPath(), 'utf8')));
    const altered = readFileSync(witnessPath(), 'utf8');
    await start();
    expect(witness.seal()).toContain(`${witnessPath()} cannot be relied on`);
    expect(readFileSync(witnessPath(), 'utf8')).toBe(altered);
    await newEpoch();
    expect(witness.seal()).toBeUndefined();
    await start();
    expect(witness.seal()).toBeUndefined();
  });

  it('under a key-encryption key that is not at hand is not believed, and under any that is at hand it is', async () => {
    await expect(store(testKek(9)).read()).rejects.toThrow('cannot be relied on');
    const both = store(testKek(9), testKek());
    await both.write((await both.read())!);
    await expect(store(testKek(9)).read()).resolves.toEqual(onDisk());
  });

  it('is proved by a key-encryption key that came since, and only the service writes it anew for that', async () => {
    const [config, custody] = [
      { witnessFile: witnessPath() },
      { keks: [testKek(9), testKek()] as const, seal: TEST_SEAL },
    ];
    const written = readFileSync(witnessPath(), 'utf8');
    expect((await readWitness(config, custody)).record).toEqual(onDisk());
    expect(readFileSync(witnessPath(), 'utf8')).toBe(written);
    await openWitness(config, custody, { logger: pino({ level: 'silent' }) });
    await expect(store(testKek(9)).read()).resolves.toEqual(onDisk());
  });

  it('that cannot be written stops nobody, is told, and is tried again', async () => {
    let broken = true;
    const real = store();
    const write = (record: WitnessRecord) => (broken ? Promise.reject(new Error('disk full')) : real.write(record));
    await start({}, { read: () => real.read(), write, writeAnew: write });
    clock.advance(P);
    await service.operate.execute({ verb: 'rotate', algorithm: 'ES256' }, 'ann');
    expect(failures.length).toBeGreaterThan(0);
    expect(witness.figures).toEqual({ failures: failures.length, isKept: false });
    await service.compromise.execute(orderFor(await signer()), 'ann').catch(() => undefined);
    expect(witness.intents.areKept()).toBe(false);
    broken = false;
    await service.refresh.execute();
    expect(witness.intents.areKept()).toBe(true);
    expect(onDisk().keySets[ISSUER]?.version).toBe((await keySet(database)).version);
  });
});

describe('a witness that replicas share', () => {
  const custody = { keks: [testKek()] as const, seal: TEST_SEAL };
  const logger = pino({ level: 'silent' });
  const open = () => openWitness({ witnessFile: witnessPath() }, custody, { logger });
  const head = (version: number) => ({ epoch: 1, version, digest: `of ${version}` });
  const order = (kid: string) => ({ ...orderFor(kid), issuer: 'a', actor: 'ann', kids: [kid], sealVersion: 1 });
  const reserved = () => onDisk().reserved.flatMap(({ kids }) => kids);

  it('holds the latest that any of them has seen, whoever writes last', async () => {
    const [one, other] = [await open(), await open()];
    await one.sawKeySet('a', head(5), one.record);
    await other.sawKeySet('a', head(4), other.record);
    await other.sawKeySet('b', head(7), other.record);
    await one.sawRegistry(9, one.record);
    await other.sawRegistry(8, other.record);
    await other.sawRevocations({ epoch: 2, sequence: 1 }, other.record);
    await one.sawRevocations({ epoch: 1, sequence: 8 }, one.record);
    await other.sawKeySet('b', head(8), other.record);
    expect(onDisk()).toMatchObject({ keySets: { a: head(5), b: head(8) }, registryVersion: 9 });
    expect(onDisk().revocations).toEqual({ epoch: 2, sequence: 1 });
    expect([one.seal(), other.seal()]).toEqual([undefined, undefined]);
    const third = await open();
    await third.sawKeySet('a', head(4), third.record);
    expect(third.seal()).toContain('holds key-set version 1.4 of a, and was at 1.5 before');
  });

  it('loses no order of one when another writes, and keeps none that has come to its end', async () => {
    const [one, other] = [await open(), await open()];
    await one.intents.reserve([order('k'), order('l')]);
    await other.sawRegistry(3, other.record);
    await other.intents.reserve([order('m')]);
    expect(reserved().sort()).toEqual(['k', 'l', 'm']);
    await one.intents.withdraw([order('k')]);
    await other.sawRegistry(4, other.record);
    expect(reserved().sort()).toEqual(['l', 'm']);
    const known = { ...(await keySet(database)), keys: [] };
    await one.sawKeys('a', known, one.record);
    await other.sawRegistry(5, other.record);
    expect([reserved(), onDisk().compromised]).toEqual([['m'], { a: ['l'] }]);
  });

  it('stays whole while many write at once', async () => {
    const replicas = await Promise.all(Array.from({ length: 4 }, open));
    const all = Array.from({ length: 120 }, (_, index) => index);
    await Promise.all(
      all.map((index) => {
        const replica = replicas[index % 4]!;
        return replica.sawKeySet(`${index}`, head(1), replica.record);
      }),
    );
    const keySets = Object.keys(onDisk().keySets).filter((issuer) => issuer !== ISSUER);
    expect(keySets.sort()).toEqual(all.map(String).sort());
    expect(replicas.map(({ figures }) => figures)).toEqual(replicas.map(() => ({ failures: 0, isKept: true })));
  });

  it('that cannot be read is replaced once, by what an operator accepted', async () => {
    const [one, other] = [await open(), await open()];
    writeFileSync(witnessPath(), 'torn');
    const [sealedOne, sealedOther] = [await open(), await open()];
    await one.sawRegistry(3, one.record);
    expect([one.figures.isKept, readFileSync(witnessPath(), 'utf8')]).toEqual([false, 'torn']);
    await sealedOne.sawRegistry(7, sealedOne.record);
    await sealedOne.startAnew();
    expect([sealedOne.seal(), onDisk().registryVersion]).toEqual([undefined, 7]);
    await sealedOther.sawRegistry(6, sealedOther.record);
    await sealedOther.startAnew();
    await other.sawRegistry(5, other.record);
    expect(onDisk().registryVersion).toBe(7);
  });
});

describe('a backup from before a revocation', () => {
  const revoke = { verb: 'revoke', kind: 'token', id: 'a' } as const;
  const author = { actor: 'ann' };
  const stored = () => new SqlRevocationStore(database, timing);
  const witnessed = () => new WitnessedRevocations(stored(), witness);

  /** What a replica that has just started would tell verifiers. */
  async function told(by: RevocationStore = witnessed()): Promise<RevocationsClaims> {
    const feed = new RevocationFeed({ issuer: ISSUER, clock, timing });
    const contact = feed.contact();
    feed.accept((await by.load()).value, contact);
    return feed.toSign()!.claims;
  }

  let verifier: HeldRevocations;
  const take = (claims: RevocationsClaims) =>
    verifier.take(claims, { sentAt: clock.now().getTime(), receivedAt: clock.now().getTime() });

  beforeEach(async () => {
    verifier = new HeldRevocations(20_000);
    await witnessed().record({ ...revoke, id: 'of before' }, author);
    const backup = await backUp('old.db');
    await witnessed().record(revoke, author);
    expect(take(await told())).toEqual({ outcome: 'changed' });
    expect(onDisk().revocations).toEqual({ epoch: 1, sequence: 2 });
    await restore(backup);
    await start();
    await witnessed().head();
  });

  it('seals, though keys and registry are as new as ever: nothing is signed, changed, or said of what is revoked', async () => {
    expect(witness.seal()).toMatch(/holds revocation 1\.1, and was at 1\.2 before.*keyset unseal --new-epoch/);
    expect(() => service.ring.active('ES256')).toThrow(code('SIGNING_SEALED'));
    await expect(witnessed().load()).rejects.toEqual(code('DATABASE_OUTDATED'));
    await expect(witnessed().record(revoke, author)).rejects.toEqual(code('DATABASE_OUTDATED'));
    const order = { verb: 'destroy', kid: keyIn(await keySet(database), 'published').kid } as const;
    await expect(service.operate.execute(order, 'ann')).rejects.toEqual(code('DATABASE_OUTDATED'));
    expect((await stored().head()).value).toEqual({ epoch: 1, sequence: 1 });
  });

  it('is noticed by whatever asks first', async () => {
    for (const ask of ['head', 'load', 'record'] as const) {
      await start();
      expect(witness.seal()).toBeUndefined();
      await (ask === 'record' ? witnessed().record(revoke, author) : witnessed()[ask]()).catch(() => undefined);
      expect(witness.seal()).toContain('holds revocation 1.1');
    }
  });

  it('in a new epoch: verifiers take what it says, though they have heard of more', async () => {
    expect(take(await told(stored()))).toEqual({ outcome: 'regressed', reason: 'it is older than the held one' });
    const { sealed, revocations } = await newEpoch();
    expect([sealed, revocations]).toEqual([null, { epoch: 2, sequence: 3, witnessed: { epoch: 2, sequence: 3 } }]);
    expect(service.ring.active('ES256').kid).toBe(await signer());
    expect(take(await told())).toEqual({ outcome: 'changed' });
    await witnessed().record(revoke, author);
    const { epoch, sequence, revoked } = await told();
    expect([epoch, sequence, revoked.map(([, id]) => id)]).toEqual([2, 4, ['of before', 'a']]);
    await start();
    await witnessed().head();
    expect(witness.seal()).toBeUndefined();
  });

  it('a second time: the next epoch is above that', async () => {
    const again = await backUp('again.db');
    await newEpoch();
    await restore(again);
    await start();
    await witnessed().head();
    expect(witness.seal()).toContain('holds revocation 1.1, and was at 2.3 before');
    const { revocations } = await newEpoch();
    expect(revocations).toMatchObject({ epoch: 3, sequence: 4 });
  });
});

it('a witness of an older version, which knew nothing of revocations, is taken as it is', async () => {
  const { keySets, registryVersion, compromised, reserved } = onDisk();
  rmSync(witnessPath());
  await store().write({ keySets, registryVersion, compromised, reserved } as unknown as WitnessRecord);
  await start();
  const known = new WitnessedRevocations(new SqlRevocationStore(database, timing), witness);
  await known.record({ verb: 'revoke', kind: 'token', id: 'a' }, { actor: 'ann' });
  await known.head();
  expect([witness.seal(), onDisk().revocations]).toEqual([undefined, { epoch: 1, sequence: 1 }]);
});

describe('a backup from before a compromise', () => {
  let backup: string;
  let kid: string;

  beforeEach(async () => {
    clock.advance(P);
    kid = await signer();
    backup = await backUp('old.db');
    await service.compromise.execute(orderFor(kid), 'ann');
    clock.advance(100);
    await settle(service.rotate);
    await restore(backup);
    await start();
  });

  it('seals, and the key does not come back, neither to verifiers nor to sign', async () => {
    expect(witness.seal()).toContain(kid);
    expect(servedKids(service)).not.toContain(kid);
    expect(() => service.ring.active('ES256')).toThrow();
    expect(await signer()).toBe(kid);
  });

  it('in a new epoch: it is compromised again, its standby signs, and every verifier takes the set', async () => {
    const witnessed = onDisk().keySets[ISSUER]!;
    const audit: AuditEvent[] = [];
    const { sealed, keySets } = await newEpoch(audit);
    expect([sealed, keySets[0]]).toEqual([null, expect.objectContaining({ epoch: 2, version: witnessed.version + 1 })]);
    expect(audit).toEqual([
      expect.objectContaining({ action: 'keyset.unseal', actor: 'host', outcome: 'begun' }),
      expect.objectContaining({ outcome: 'done' }),
    ]);
    expect(statesOf(await keySet(database))).toEqual({ compromised: 1, active: 1 });
    expect(service.ring.active('ES256').kid).not.toBe(kid);
    expect(servedKids(service)).not.toContain(kid);
    await settle(service.rotate);
    await start();
    expect([witness.seal(), service.ring.readiness().ready]).toEqual([undefined, true]);
    await expect(newEpoch()).rejects.toEqual(code('EPOCH_NOT_NEEDED'));
  });

  it.each([3_600, -3_600])(
    'opens none while the clocks differ (%d s): its keys would wait from a wrong instant on',
    async (by) => {
      const wrong = clockOff(clock, () => by);
      await expect(newEpoch([], wrong)).rejects.toEqual(code('KEYS_CLOCK_WRONG'));
      expect(witness.seal()).toBeDefined();
      expect((await keySet(database)).epoch).toBe(1);
    },
  );

  it('lets a standby wait anew, for verifiers may not hold it', async () => {
    await newEpoch();
    await settle(service.rotate);
    const again = await backUp('again.db');
    const before = await keySet(database);
    clock.advance(timing.rotationPeriodSeconds);
    await settle(service.rotate);
    await restore(again);
    await start();
    await newEpoch();
    await settle(service.rotate);
    const after = await keySet(database);
    expect(keyIn(after, 'active').kid).toBe(keyIn(before, 'active').kid);
    expect(keyIn(after, 'published')).toEqual({ ...keyIn(before, 'published'), publishedAt: clock.now() });
  });

  it('older than its key may sign: nothing is signed in the new epoch until the standby has waited anew', async () => {
    await newEpoch();
    await settle(service.rotate);
    const old = await backUp('very-old.db');
    const standby = keyIn(await keySet(database), 'published');
    clock.advance(4 * timing.rotationPeriodSeconds);
    await settle(service.rotate);
    await restore(old);
    await start();
    await newEpoch();
    await settle(service.rotate);
    expect(() => service.ring.active('ES256')).toThrow(code('SIGNING_SEALED'));
    expect(service.ring.readiness()).toMatchObject({
      ready: false,
      reasons: [expect.stringContaining('may not sign since')],
    });
    clock.advance(P);
    await settle(service.rotate);
    await service.refresh.execute();
    expect(service.ring.active('ES256').kid).toBe(standby.kid);
  });

  it('restored a second time, years later: the key does not come back then either', async () => {
    await newEpoch();
    clock.advance(2 * 365 * 86_400);
    await settle(service.rotate);
    await restore(backup);
    await start();
    expect(witness.seal()).toBeDefined();
    expect(servedKids(service)).not.toContain(kid);
  });
});

/** A process that dies at the nth point: from then on nothing it asks for happens. */
class Mortal {
  readonly #dyingAt: number;
  points = 0;

  constructor(dyingAt: number) {
    this.#dyingAt = dyingAt;
  }

  async around<Value>(call: () => Promise<Value> | Value): Promise<Value> {
    this.#point();
    const value = await call();
    this.#point();
    return value;
  }

  #point(): void {
    if (++this.points >= this.#dyingAt) throw new Error('killed');
  }

  repository(real: KeyRepository): KeyRepository {
    return {
      load: () => this.around(() => real.load()),
      version: () => this.around(() => real.version()),
      transact: (decide) => this.around(() => real.transact(decide)),
      releaseHandle: (id) => this.around(() => real.releaseHandle(id)),
    };
  }

  witness(real: KeySetWitness): KeySetWitness {
    return {
      read: () => real.read(),
      write: (record, was) => this.around(() => real.write(record, was)),
      writeAnew: (record) => this.around(() => real.writeAnew(record)),
    };
  }
}

describe('a compromise by a process that dies', () => {
  it('at any point is not lost, and seals nothing that need not be', async () => {
    clock.advance(P);
    const kid = await signer();
    const backup = await backUp('before.db');
    const remembered = readFileSync(witnessPath());
    const outcomes = new Set<string>();
    for (let dyingAt = 1; ; dyingAt++) {
      await restore(backup);
      writeFileSync(witnessPath(), remembered);
      await start();
      const mortal = new Mortal(dyingAt);
      const doomed = await DatabaseWitness.open({ store: mortal.witness(store()), onFailure: () => undefined });
      const process = replica({
        ...{ database, clock, witness: doomed },
        wrapRepository: (real) => mortal.repository(real),
        wrapProvider: (real) =>
          providerWith(real, {
            publicJwk: (handle) => mortal.around(() => real.publicJwk(handle)),
            sign: (handle, input) => mortal.around(() => real.sign(handle, input)),
          }),
      });
      const survived = await process.compromise.execute(orderFor(kid), 'ann').then(
        () => true,
        () => false,
      );
      const committed = statesOf(await keySet(database))['compromised'] === 1;
      const { reserved, compromised } = onDisk();
      const known = reserved.length > 0 || compromised[ISSUER]?.includes(kid) === true;
      if (committed) expect(known).toBe(true);

      const crashed = await backUp(`crashed-${dyingAt}.db`);
      const asItWas = readFileSync(witnessPath());
      await start();
      expect(witness.seal()).toBeUndefined();
      expect(onDisk().reserved).toEqual([]);
      expect(servedKids(service)?.includes(kid)).toBe(!known);
      outcomes.add(`known ${known}, committed ${committed}`);

      // The same crash, and the backup from before is what comes back.
      writeFileSync(witnessPath(), asItWas);
      await restore(backup);
      await start();
      if (known) expect(servedKids(service)).not.toContain(kid);
      else expect(witness.seal()).toBeUndefined();
      rmSync(crashed);
      if (survived) break;
      expect(dyingAt).toBeLessThan(60);
    }
    expect([...outcomes].sort()).toEqual([
      'known false, committed false',
      'known true, committed false',
      'known true, committed true',
    ]);
  }, 60_000);
});
