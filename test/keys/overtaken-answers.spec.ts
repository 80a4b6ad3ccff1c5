import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { SqlRevocationStore } from '../../apps/token-service/src/adapters/sql/revocation-store.ts';
import { DatabaseWitness } from '../../apps/token-service/src/core/keys/witness/database-witness.ts';
import { NO_CHANGES, type RegistryTransition } from '../../apps/token-service/src/core/model/registry-changes.ts';
import { NOMINAL_TIMING as timing } from '../../apps/token-service/src/core/model/timing.ts';
import type { RegistryRepository } from '../../apps/token-service/src/core/ports/registry-repository.ts';
import type { RevocationStore } from '../../apps/token-service/src/core/ports/revocation-store.ts';
import { WitnessedRegistry } from '../../apps/token-service/src/core/registry/witnessed-registry.ts';
import { RevocationFeed } from '../../apps/token-service/src/core/revocation/revocation-feed.ts';
import { WitnessedRevocations } from '../../apps/token-service/src/core/revocation/witnessed-revocations.ts';
import { forgetfulWitness, ISSUER, keyIn, keySet, openMemory, replica, servedKids, type Replica } from './key-lab.ts';
import { ManualClock } from './manual-clock.ts';

const rotate = { verb: 'rotate', algorithm: 'ES256' } as const;

/** What the database answers next is on its way until this has happened. */
let meanwhile: (() => Promise<unknown>) | undefined;

async function onTheWay<Value>(answer: Promise<Value>): Promise<Value> {
  const value = await answer;
  const act = meanwhile;
  meanwhile = undefined;
  await act?.();
  return value;
}

/** Not while this answer is on its way, but the one after it. */
function atTheNext(act: () => Promise<unknown>): () => Promise<void> {
  return () => {
    meanwhile = act;
    return Promise.resolve();
  };
}

/** An answer that was true when it was given, and comes after one that is newer, is not a database that went back. */
describe('an answer that is overtaken on its way', () => {
  let clock: ManualClock;
  let database: Database;
  let witness: DatabaseWitness;
  let service: Replica;

  beforeEach(async () => {
    meanwhile = undefined;
    clock = new ManualClock();
    database = await openMemory(clock);
    witness = await DatabaseWitness.open({ store: forgetfulWitness(), onFailure: () => undefined });
    service = replica({
      ...{ database, clock, witness },
      wrapRepository: (real) => ({
        load: () => onTheWay(real.load()),
        version: () => onTheWay(real.version()),
        transact: (decide) => onTheWay(real.transact(decide)),
        releaseHandle: (id) => real.releaseHandle(id),
      }),
    });
    await service.initialise.execute();
    clock.advance(timing.publishAheadSeconds);
    await service.refresh.execute();
  });
  afterEach(() => database.close());

  const expectWell = () => {
    expect(witness.seal()).toBeUndefined();
    expect(service.ring.readiness()).toEqual({ ready: true });
  };

  it.each(['load', 'version'] as const)('by a rotation: nothing is sealed (%s)', async (ask) => {
    meanwhile = () => service.operate.execute(rotate, 'ann');
    await service.repository[ask]();
    expectWell();
    await expect(service.operate.execute({ ...rotate, verb: 'prepare' }, 'ann')).resolves.toMatchObject({});
  });

  it('by the next transition: the one before, whose commit is heard of later, seals nothing', async () => {
    meanwhile = atTheNext(() => service.operate.execute({ ...rotate, verb: 'prepare' }, 'bob'));
    await service.operate.execute(rotate, 'ann');
    expectWell();
  });

  it('by a compromise: nothing is sealed, and the key is given to nobody', async () => {
    const { kid } = keyIn(await keySet(database), 'active');
    const order = { target: { kid }, scope: 'key', reason: 'a drill', withoutStandby: 'refuse' } as const;
    meanwhile = () => service.compromise.execute(order, 'ann');
    const { value } = await service.repository.load();
    expect(keyIn(value, 'compromised').kid).toBe(kid);
    expectWell();
  });

  it('by another poll that took more: it is not taken, and the replica is as well as before', async () => {
    const other = replica({ database, clock });
    await other.operate.execute(rotate, 'ann');
    meanwhile = atTheNext(async () => {
      await other.operate.execute({ ...rotate, verb: 'prepare' }, 'ann');
      await expect(service.refresh.execute()).resolves.toMatchObject({ changed: true });
    });
    await expect(service.refresh.execute()).resolves.toEqual({ changed: false, sealed: [] });
    expectWell();
    expect(servedKids(service)).toContain(keyIn(await keySet(database), 'published').kid);
  });

  it('does not make a database well that is older than what was known when it was asked', async () => {
    const known = witness.record;
    const before = await keySet(database);
    await service.operate.execute(rotate, 'ann');
    await witness.sawKeySet(ISSUER, before, witness.record);
    expect(witness.seal()).toMatch(/and was at 1\.\d+ before/);
    await witness.sawKeySet(ISSUER, before, known);
    expect(witness.seal()).toMatch(/and was at 1\.\d+ before/);
  });

  describe('of the registry', () => {
    const nothing = (): RegistryTransition => ({ actor: 'ann', changes: NO_CHANGES });

    it('by the next change: the one before, whose commit is heard of later, seals nothing', async () => {
      let version = 7;
      const behind = {
        transactClient: () => onTheWay(Promise.resolve(++version)),
        version: () => onTheWay(Promise.resolve(version)),
      } as Partial<RegistryRepository> as RegistryRepository;
      const registry = new WitnessedRegistry(behind, witness);
      for (const ask of [() => registry.transactClient('a', nothing), () => registry.version()]) {
        meanwhile = () => registry.transactClient('b', nothing);
        await ask();
        expectWell();
        expect(witness.record.registryVersion).toBe(version);
      }
      version = 2;
      await registry.version();
      expect(witness.seal()).toContain('registry version 2');
    });
  });

  describe('of what is revoked', () => {
    const revoke = (id: string) => ({ verb: 'revoke', kind: 'token', id }) as const;
    let store: RevocationStore;
    let revocations: WitnessedRevocations;

    beforeEach(async () => {
      store = new SqlRevocationStore(database, timing);
      const slow = {
        head: () => onTheWay(store.head()),
        load: () => onTheWay(store.load()),
        record: (...order: Parameters<RevocationStore['record']>) => store.record(...order),
      } as Partial<RevocationStore> as RevocationStore;
      revocations = new WitnessedRevocations(slow, witness);
      await revocations.record(revoke('a'), { actor: 'ann' });
    });

    it.each(['head', 'load'] as const)(
      'by another revocation: nothing is sealed, and the answer counts (%s)',
      async (ask) => {
        meanwhile = async () => {
          await revocations.record(revoke('b'), { actor: 'ann' });
          await revocations.head();
        };
        await expect(revocations[ask]()).resolves.toMatchObject({ value: { sequence: 1 } });
        expectWell();
        expect(witness.record.revocations.sequence).toBe(2);
      },
    );

    it('by another poll that took more: it is not taken', async () => {
      const feed = new RevocationFeed({ issuer: ISSUER, clock, timing });
      const first = feed.contact();
      const { value: older } = await store.load();
      await store.record(revoke('b'), { actor: 'ann' });
      feed.accept((await store.load()).value, feed.contact());
      feed.accept(older, first);
      expect(feed.set?.sequence).toBe(2);
      expect(() => feed.accept(older, feed.contact())).toThrow(/went back from revocation 1\.2 to 1\.1/);
    });
  });
});
