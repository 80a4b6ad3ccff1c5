import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import pino from 'pino';
import type { KeyEncryptionKeys } from '../../apps/token-service/src/adapters/signing/local/key-encryption-key.ts';
import { LocalKeyWraps } from '../../apps/token-service/src/adapters/signing/local/local-key-wraps.ts';
import { SqlEnvelopeStore } from '../../apps/token-service/src/adapters/sql/envelope-store.ts';
import { openDatabase, type Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import type { DatabaseWitness } from '../../apps/token-service/src/core/keys/witness/database-witness.ts';
import type { CompromiseOrder } from '../../apps/token-service/src/core/model/compromise.ts';
import { NOMINAL_TIMING as timing } from '../../apps/token-service/src/core/model/timing.ts';
import type { ReservedCompromise } from '../../apps/token-service/src/core/model/witness-record.ts';
import type { KeyRepository } from '../../apps/token-service/src/core/ports/key-repository.ts';
import {
  ISSUER,
  keyIn,
  providerWith,
  settle,
  temporaryFolder,
  testKek,
  type Replica,
  type ReplicaOptions,
} from './key-lab.ts';
import { ManualClock } from './manual-clock.ts';
import { beginProcess } from './witnessed-process.ts';

const [LEAKED, SOUND] = [testKek(1), testKek(2)];

let folder: ReturnType<typeof temporaryFolder>;
let clock: ManualClock;
let database: Database;
let witness: DatabaseWitness;
let service: Replica;
let log: string[];

const file = () => join(folder.path, 'mintmark.db');
const open = () => openDatabase({ url: `sqlite:${file()}`, clock });

beforeEach(async () => {
  folder = temporaryFolder();
  clock = new ManualClock();
  log = [];
  database = await open();
  await start([LEAKED]);
  clock.advance(timing.publishAheadSeconds);
});
afterEach(async () => {
  await database.close();
  folder.remove();
});

/** A process begins on what is there. */
async function start(keks: KeyEncryptionKeys, more: Partial<ReplicaOptions> = {}): Promise<void> {
  const logger = pino({ level: 'warn' }, { write: (line: string) => void log.push(line) });
  ({ witness, service } = await beginProcess({ database, clock, keks, folder: folder.path, logger, ...more }));
}

function orderFor(kid: string, change: Partial<CompromiseOrder> = {}): CompromiseOrder {
  return { target: { kid }, scope: 'custody', reason: 'leaked', withoutStandby: 'fresh-key', ...change };
}

/** The order is written down, and then the process dies. */
async function reserve(kid: string, change: Partial<CompromiseOrder> = {}): Promise<ReservedCompromise> {
  const order = orderFor(kid, change);
  const intent = service.compromise.take(order, await service.compromise.plan(order), 'ann')!;
  await witness.intents.reserve([intent]);
  return intent;
}

const stored = () => service.repository.load().then(({ value }) => value);
const stateOf = async (kid: string) =>
  (await stored()).keys.find((key) => 'kid' in key && key.kid === kid)?.state ?? 'gone';
const reserved = () => witness.record.reserved.length;

/** A key is retired, another one signs. */
async function rotate(): Promise<{ readonly retired: string; readonly signing: string }> {
  await service.operate.execute({ verb: 'rotate', algorithm: 'ES256' }, 'ann');
  await settle(service.rotate);
  const set = await stored();
  return { retired: keyIn(set, 'deactivated').kid, signing: keyIn(set, 'active').kid };
}

describe('a custody that was called compromised by a process that died', () => {
  it('is lost although the key it was named by is gone: others lie there, too', async () => {
    const { retired, signing } = await rotate();
    await start([SOUND, LEAKED]);
    await reserve(retired);
    clock.advance(1_800);
    await start([SOUND, LEAKED]);
    expect([await stateOf(retired), await stateOf(signing), reserved()]).toEqual(['gone', 'active', 1]);
    expect(await service.compromise.carryOutReserved()).toEqual([]);
    expect([await stateOf(signing), reserved()]).toEqual(['compromised', 0]);
    expect(witness.condemned).toEqual([LEAKED.id]);
  });

  it('is lost although all keys that were to go have retired by themselves: others were made there', async () => {
    const planned = await reserveWhatRetires();
    await start([SOUND, LEAKED]);
    expect([await Promise.all(planned.map(stateOf)), reserved()]).toEqual([['gone', 'gone'], 1]);
    const signing = keyIn(await stored(), 'active').kid;
    expect(await service.compromise.carryOutReserved()).toEqual([]);
    expect([await stateOf(signing), reserved(), witness.condemned]).toEqual(['compromised', 0, [LEAKED.id]]);
  });

  it('is condemned although no key is left there', async () => {
    await reserveWhatRetires();
    await moveAll();
    await start([SOUND, LEAKED]);
    const signing = keyIn(await stored(), 'active').kid;
    expect(await service.compromise.carryOutReserved()).toEqual([]);
    expect([await stateOf(signing), reserved(), witness.condemned]).toEqual(['active', 0, [LEAKED.id]]);
    expect((await stored()).condemned).toEqual([LEAKED.id]);
    const [event] = await database.db.selectFrom('key_event').selectAll().orderBy('version', 'desc').execute();
    expect(event).toMatchObject({ transition: 'compromise', changes: '[]' });
  });

  it('takes every key that lay there, though it was moved meanwhile', async () => {
    await start([SOUND, LEAKED]);
    const { kid } = keyIn(await stored(), 'active');
    await reserve(kid);
    await moveAll();
    await start([SOUND, LEAKED]);
    expect(await service.compromise.carryOutReserved()).toEqual([]);
    expect([await stateOf(kid), reserved(), witness.condemned]).toEqual(['compromised', 0, [LEAKED.id]]);
  });

  /** `mintmark kek rotate`, though the runbook says not to. */
  async function moveAll(): Promise<void> {
    const wraps = new LocalKeyWraps({ store: new SqlEnvelopeStore(database), keks: [SOUND, LEAKED] });
    for (const each of await wraps.wrapped()) {
      await wraps.add(each, SOUND.id);
      await wraps.drop(each, LEAKED.id);
    }
  }

  /** Both keys of an order are gone when the next process begins, and others took their place. */
  async function reserveWhatRetires(): Promise<readonly string[]> {
    await start([SOUND, LEAKED]);
    const { kids } = await reserve(keyIn(await stored(), 'active').kid);
    for (let day = 0; day < 3; day++) {
      clock.advance(timing.rotationPeriodSeconds);
      await settle(service.rotate);
    }
    clock.advance(1_800);
    await settle(service.rotate);
    return kids;
  }
});

describe('a reserved compromise', () => {
  it('stands while others keep changing the key set', async () => {
    const { kid } = keyIn(await stored(), 'active');
    await reserve(kid, { scope: 'key', withoutStandby: 'refuse' });
    let isBusy = true;
    const wrapRepository = (real: KeyRepository): KeyRepository => ({
      load: () => real.load(),
      version: () => real.version(),
      releaseHandle: (id) => real.releaseHandle(id),
      transact: (decide) =>
        real.transact((set, ...rest) => {
          const renamed = set.keys.map((key) => (key.state === 'published' ? { ...key, id: `${key.id}'` } : key));
          return decide(isBusy ? { ...set, keys: renamed } : set, ...rest);
        }),
    });
    await start([LEAKED], { wrapRepository });
    const [failure] = await service.compromise.carryOutReserved();
    expect(failure?.error).toMatchObject({ code: 'STORAGE_UNAVAILABLE', message: expect.stringContaining('stands') });
    expect([await stateOf(kid), reserved()]).toEqual(['active', 1]);
    isBusy = false;
    expect(await service.compromise.carryOutReserved()).toEqual([]);
    expect([await stateOf(kid), reserved()]).toEqual(['compromised', 0]);
  });

  it('stands although a database that was restored from a backup knows nothing of its key', async () => {
    const backup = join(folder.path, 'old.db');
    await sql`vacuum into ${sql.lit(backup)}`.execute(database.db);
    await rotate();
    const { kid } = keyIn(await stored(), 'published');
    await reserve(kid, { scope: 'key' });
    const newest = join(folder.path, 'new.db');
    await sql`vacuum into ${sql.lit(newest)}`.execute(database.db);
    await restore(backup);
    await start([LEAKED]);
    expect(await service.compromise.carryOutReserved()).toHaveLength(1);
    await restore(newest);
    await start([LEAKED]);
    expect(await service.compromise.carryOutReserved()).toEqual([]);
    expect([await stateOf(kid), reserved()]).toEqual(['compromised', 0]);
  });

  it('changes nothing in an older database, so that the newest is as good as it was when it is put back', async () => {
    await start([SOUND, LEAKED]);
    const backup = join(folder.path, 'old.db');
    await sql`vacuum into ${sql.lit(backup)}`.execute(database.db);
    const { signing } = await rotate();
    await reserve(signing);
    const newest = join(folder.path, 'new.db');
    await sql`vacuum into ${sql.lit(newest)}`.execute(database.db);
    await restore(backup);
    let made = 0;
    const wrapProvider: ReplicaOptions['wrapProvider'] = (real) =>
      providerWith(real, { create: (request) => ((made += 1), real.create(request)) });
    await start([SOUND, LEAKED], { wrapProvider });
    await expect(service.compromise.execute(orderFor(signing), 'ann')).rejects.toThrow('Nothing was changed');
    expect(await service.compromise.carryOutReserved()).toMatchObject([{ error: { code: 'DATABASE_OUTDATED' } }]);
    expect([made, await new SqlEnvelopeStore(database).condemned(), witness.record.sealVersion]).toEqual([0, [], 1]);
    await restore(newest);
    await start([SOUND, LEAKED]);
    expect([await service.compromise.carryOutReserved(), witness.seal()]).toEqual([[], undefined]);
    expect([await stateOf(signing), reserved(), witness.condemned]).toEqual(['compromised', 0, [LEAKED.id]]);
  });

  it('that names a key for its custody is carried out; and stands if the key is gone', async () => {
    const { retired, signing } = await rotate();
    await start([SOUND, LEAKED]);
    const intent = {
      scope: 'custody',
      reason: 'leaked',
      withoutStandby: 'fresh-key',
      issuer: ISSUER,
      actor: 'ann',
      sealVersion: 1,
    } as const;
    const kids = [retired, signing];
    await witness.intents.reserve([{ ...intent, target: { kid: retired }, kids }]);
    clock.advance(1_800);
    await start([SOUND, LEAKED]);
    expect(await service.compromise.carryOutReserved()).toMatchObject([{ error: { code: 'KEYS_KID_UNKNOWN' } }]);
    expect(reserved()).toBe(1);
    await witness.intents.reserve([{ ...intent, target: { kid: signing }, kids: [signing] }]);
    await service.compromise.carryOutReserved();
    expect([await stateOf(signing), reserved(), witness.condemned]).toEqual(['compromised', 0, [LEAKED.id]]);
  });

  it('is withdrawn when it is refused before anything was done, which the log says', async () => {
    const { kid } = keyIn(await stored(), 'active');
    await witness.intents.withdraw([await reserve(kid, { scope: 'key', withoutStandby: 'refuse' })]);
    expect(reserved()).toBe(0);
    expect(log.join('')).toMatch(new RegExp(`${kid}.*is withdrawn`));
  });

  it('that another replica withdrew from the witness that they share is not carried out, and does not come back', async () => {
    await start([SOUND, LEAKED]);
    const { kid } = keyIn(await stored(), 'active');
    const intent = await reserve(kid);
    const { intents } = witness;
    await start([SOUND, LEAKED]);
    expect(reserved()).toBe(1);
    await intents.withdraw([intent]);
    await rotate();
    expect(await service.compromise.carryOutReserved()).toEqual([]);
    expect([await stateOf(kid), reserved(), witness.condemned]).toEqual(['deactivated', 0, []]);
    await start([SOUND, LEAKED]);
    expect(reserved()).toBe(0);
  });

  it('stands although an older witness was put in the place of the one that has it', async () => {
    const older = join(folder.path, 'older.json');
    copyFileSync(join(folder.path, 'witness.json'), older);
    const { signing } = await rotate();
    service.compromise.letGo(await reserve(signing, { scope: 'key' }));
    copyFileSync(older, join(folder.path, 'witness.json'));
    expect(await service.compromise.carryOutReserved()).toEqual([]);
    expect([await stateOf(signing), reserved()]).toEqual(['compromised', 0]);
  });

  async function restore(backup: string): Promise<void> {
    await database.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file()}${suffix}`, { force: true });
    copyFileSync(backup, file());
    database = await open();
  }
});
