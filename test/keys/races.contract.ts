import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SqlKeyRepository } from '../../apps/token-service/src/adapters/sql/key-repository.ts';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import type { KeyHandle } from '../../apps/token-service/src/core/model/signing-key.ts';
import { NOMINAL_TIMING as timing } from '../../apps/token-service/src/core/model/timing.ts';
import type { SigningKeyProvider } from '../../apps/token-service/src/core/ports/signing-key-provider.ts';
import { ISSUER, TEST_SEAL, keyIn, keySet, providerWith, replica, settle, statesOf, type Replica } from './key-lab.ts';
import type { NewStorage, TestStorage } from '../storage/test-storage.ts';
import { ManualClock } from './manual-clock.ts';

const R = timing.rotationPeriodSeconds;

let clock: ManualClock;
let storage: TestStorage;
let connections: Database[];

async function fleet(size: number): Promise<Replica[]> {
  connections = await Promise.all(Array.from({ length: size }, () => storage.connect({ clock })));
  return connections.map((database) => replica({ database, clock }));
}

const localKeys = async () =>
  (await connections[0]!.db.selectFrom('local_key').select('id').execute()).map(({ id }) => id);

/** What replicas on one storage may do to each other. */
export function describeRaces(name: string, newStorage: NewStorage): void {
  describe(`${name} under several replicas`, () => {
    beforeEach(async () => {
      clock = new ManualClock();
      storage = await newStorage();
    });
    afterEach(() => storage.close());

    describe('replicas that rotate at the same moment', () => {
      it('start together into one key set', async () => {
        const replicas = await fleet(4);
        await Promise.all(replicas.map(({ initialise }) => initialise.execute()));
        const set = await keySet(connections[0]!);
        expect(statesOf(set)).toEqual({ active: 1, published: 1 });
        expect(set.version).toBe(5);
        expect(new Set(replicas.map(({ ring }) => ring.active('ES256').kid))).toEqual(
          new Set([keyIn(set, 'active').kid]),
        );
        expect((await localKeys()).sort()).toEqual(set.keys.map(({ id }) => id).sort());
      });

      it('make each transition exactly once, and the others are told that it is done', async () => {
        const replicas = await fleet(3);
        await Promise.all(replicas.map(({ initialise }) => initialise.execute()));
        for (let rotations = 1; rotations <= 10; rotations++) {
          clock.advance(R);
          const made: string[] = [];
          // Activate, generate, publish and, from the second rotation on, destroy what the one before retired.
          for (let rounds = 0; rounds < 6; rounds++) {
            const steps = await Promise.all(replicas.map(({ rotate }) => rotate.execute()));
            made.push(...steps.flatMap((step) => (step.outcome === 'done' ? [step.transition.name] : [])));
          }
          expect(made.sort()).toEqual(['activate', ...(rotations > 1 ? ['destroy'] : []), 'generate', 'publish']);
          const set = await keySet(connections[0]!);
          expect(statesOf(set)).toEqual({ active: 1, published: 1, deactivated: 1 });
          expect((await localKeys()).sort()).toEqual(set.keys.map(({ id }) => id).sort());
        }
      }, 30_000);

      it('of two with the same thing to do one wins, whoever is slower', async () => {
        const [winner, loser] = await fleet(2);
        await winner!.initialise.execute();
        clock.advance(R);
        const held = gate();
        const slow = replica({
          database: connections[1]!,
          clock,
          wrapProvider: (provider) =>
            providerWith(provider, { publicJwk: async (handle) => (await held.wait(), provider.publicJwk(handle)) }),
        });
        const losing = slow.rotate.execute();
        await held.reached;
        await expect(winner!.rotate.execute()).resolves.toMatchObject({
          outcome: 'done',
          transition: { name: 'activate' },
        });
        held.open();
        await expect(losing).resolves.toMatchObject({ outcome: 'already-done', transition: { name: 'activate' } });
        await settle(loser!.rotate);
        expect(statesOf(await keySet(connections[0]!))).toMatchObject({ active: 1, published: 1 });
      });

      it('the loser destroys the key that nobody will use, and not the one that is published', async () => {
        const [first, second] = await fleet(2);
        // Providers that do not notice that they were asked for the same key: each makes one of its own.
        const forgetful = (name: string) => (provider: SigningKeyProvider) =>
          providerWith(provider, {
            create: ({ algorithm, idempotencyKey }) =>
              provider.create({ algorithm, idempotencyKey: `${idempotencyKey}-${name}` }),
          });
        await first!.rotate.execute();
        const held = gate();
        const losing = replica({
          database: connections[1]!,
          clock,
          wrapProvider: (provider) => {
            const own = forgetful('b')(provider);
            return providerWith(own, { publicJwk: async (handle) => (await held.wait(), own.publicJwk(handle)) });
          },
        }).rotate.execute();
        await held.reached;
        const winner = replica({ database: connections[0]!, clock, wrapProvider: forgetful('a') });
        await expect(winner.rotate.execute()).resolves.toMatchObject({
          outcome: 'done',
          transition: { name: 'publish' },
        });
        expect(await localKeys()).toHaveLength(2);
        held.open();
        await expect(losing).resolves.toMatchObject({ outcome: 'already-done', transition: { name: 'publish' } });
        const { handle } = keyIn(await keySet(connections[0]!), 'published');
        expect((await localKeys()).map((id): KeyHandle => `local:${id}`)).toEqual([handle]);
        await expect(second!.provider.publicJwk(handle)).resolves.toMatchObject({
          kid: keyIn(await keySet(connections[0]!), 'published').kid,
        });
      });

      it('the loser of a shared key leaves it alone', async () => {
        const [first] = await fleet(2);
        await first!.rotate.execute();
        const held = gate();
        const losing = replica({
          database: connections[1]!,
          clock,
          wrapProvider: (provider) =>
            providerWith(provider, { publicJwk: async (handle) => (await held.wait(), provider.publicJwk(handle)) }),
        }).rotate.execute();
        await held.reached;
        await first!.rotate.execute();
        held.open();
        await expect(losing).resolves.toMatchObject({ outcome: 'already-done' });
        const { handle, kid } = keyIn(await keySet(connections[0]!), 'published');
        await expect(first!.provider.publicJwk(handle)).resolves.toMatchObject({ kid });
      });
    });

    describe('an operator whose order takes its time', () => {
      const P = timing.publishAheadSeconds;
      const order = { verb: 'rotate', algorithm: 'ES256' } as const;

      /** The order of an operator that has been looked at, and waits for custody before it is made. */
      async function delayed() {
        const [first] = await fleet(2);
        await first!.initialise.execute();
        clock.advance(P);
        const held = gate();
        const slow = replica({
          database: connections[1]!,
          clock,
          wrapProvider: (provider) =>
            providerWith(provider, { publicJwk: async (handle) => (await held.wait(), provider.publicJwk(handle)) }),
        });
        const answer = slow.operate.execute(order, 'bob').catch((error: unknown) => error);
        await held.reached;
        return { first: first!, answer, open: () => held.open() };
      }

      it('is told that another operator was faster, and rotates no second time', async () => {
        const { first, answer, open } = await delayed();
        const { set } = await first.operate.execute(order, 'ann');
        await settle(first.rotate);
        open();
        await expect(answer).resolves.toMatchObject({
          code: 'KEYS_ALREADY_DONE',
          told: { kid: keyIn(set, 'active').kid },
        });
        expect(keyIn(await keySet(connections[0]!), 'active').kid).toBe(keyIn(set, 'active').kid);
      });

      it('is told that the schedule was faster', async () => {
        const { first, answer, open } = await delayed();
        clock.advance(R - P);
        await first.rotate.execute();
        open();
        await expect(answer).resolves.toMatchObject({ code: 'KEYS_ALREADY_DONE' });
      });

      it('is told that the standby was given up meanwhile', async () => {
        const { first, answer, open } = await delayed();
        const { kid } = keyIn(await keySet(connections[0]!), 'published');
        await first.operate.execute({ verb: 'destroy', kid }, 'ann');
        open();
        await expect(answer).resolves.toMatchObject({ code: expect.stringMatching(/^KEYS_(ALREADY_DONE|UNUSABLE)$/) });
        expect(statesOf(await keySet(connections[0]!))).toEqual({ active: 1 });
      });

      it('is refused when its gate has closed meanwhile', async () => {
        const { answer, open } = await delayed();
        clock.advance(-1); // The database's clock is set back.
        open();
        await expect(answer).resolves.toMatchObject({ code: 'KEYS_ROTATION_TOO_EARLY' });
        expect(statesOf(await keySet(connections[0]!))).toEqual({ active: 1, published: 1 });
      });
    });

    describe('a transition', () => {
      it('is decided on the clock after the lock, not before it was waited for', async () => {
        await fleet(2);
        const [one, other] = connections.map((database) => new SqlKeyRepository(database, ISSUER, TEST_SEAL));
        const held = gate();
        await one!.transact(() => undefined); // From here on there is a row to hold.
        const { db, dialect } = connections[0]!;
        const holder = db.transaction().execute(async (trx) => {
          await dialect.lockRows(trx.selectFrom('keyset').selectAll()).execute();
          await held.wait();
        });
        await held.reached;
        let decidedAt: Date | undefined;
        const waiting = other!.transact((_set, now) => ((decidedAt = now), undefined));
        await new Promise((resolve) => setTimeout(resolve, 30));
        clock.advance(500);
        held.open();
        await Promise.all([holder, waiting]);
        expect(decidedAt).toEqual(clock.now());
        await expect(one!.load()).resolves.toMatchObject({ value: { version: 0 } });
      });

      it('that was due when looked at and is due no more when the lock is had is not made', async () => {
        const [first] = await fleet(2);
        await first!.initialise.execute();
        clock.advance(R);
        const held = gate();
        const late = replica({
          database: connections[1]!,
          clock,
          wrapProvider: (provider) =>
            providerWith(provider, { publicJwk: async (handle) => (await held.wait(), provider.publicJwk(handle)) }),
        });
        const step = late.rotate.execute();
        await held.reached;
        clock.advance(-1); // The database's clock is set back: the guard counts again.
        held.open();
        await expect(step).resolves.toMatchObject({ outcome: 'already-done' });
        expect(statesOf(await keySet(connections[0]!))).toEqual({ active: 1, published: 1 });
      });
    });
  });
}

/** A point that the first to come waits at until it is opened. */
function gate() {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const wait = (): Promise<void> => (reached.resolve(), opened.promise);
  return { wait, reached: reached.promise, open: () => opened.resolve() };
}
