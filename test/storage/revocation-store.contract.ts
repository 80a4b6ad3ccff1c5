import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_REVOCATIONS } from '@mintmark/contract';
import { SqlChangeFeed } from '../../apps/token-service/src/adapters/sql/change-feed.ts';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { SqlRegistryRepository } from '../../apps/token-service/src/adapters/sql/registry-repository.ts';
import { SqlRevocationStore } from '../../apps/token-service/src/adapters/sql/revocation-store.ts';
import type { ClientFacts } from '../../apps/token-service/src/core/model/client.ts';
import { NO_CHANGES, type Change } from '../../apps/token-service/src/core/model/registry-changes.ts';
import type { RevocationOrder } from '../../apps/token-service/src/core/model/revocation.ts';
import type { StoredRegistry } from '../../apps/token-service/src/core/model/stored-registry.ts';
import { NOMINAL_TIMING } from '../../apps/token-service/src/core/model/timing.ts';
import { clockOff, ManualClock } from '../keys/manual-clock.ts';
import type { NewStorage, TestStorage } from './test-storage.ts';

/** Z + T + L + 2ε, and twice L more for verifiers with the longest leeway. */
const CLIENT_SECONDS = 300 + 900 + 20 + 20 + 40;
/** As far as the longest leeway and ε. */
const TOKEN_SECONDS = 60 + 10;
const FEED = { stream: 'revocations', epoch: 1 };

/** What every store of revocations does, for two processes that use it at the same time. */
export function describeRevocationStore(name: string, newStorage: NewStorage): void {
  describe(`${name} as a store of revocations`, () => {
    let storage: TestStorage;
    let clock: ManualClock;
    let database: Database;
    let one: SqlRevocationStore;
    let other: SqlRevocationStore;

    beforeEach(async () => {
      clock = new ManualClock();
      storage = await newStorage();
      database = await storage.connect({ clock });
      one = new SqlRevocationStore(database, NOMINAL_TIMING);
      other = new SqlRevocationStore(await storage.connect({ clock }), NOMINAL_TIMING);
    });
    afterEach(() => storage.close());

    const after = (seconds: number, from = clock.now()) => new Date(from.getTime() + seconds * 1000);
    const token = (id: string, expiresIn = 300): RevocationOrder => ({
      ...({ verb: 'revoke', kind: 'token', id, client: 'orders' } as const),
      expiresAt: after(expiresIn),
    });
    const client = (verb: 'revoke' | 'admit', id = 'orders') => ({ verb, kind: 'client', id }) as const;
    const by = { actor: 'operator' };
    const held = async () => (await other.load()).value;
    const change = (...clients: Change<ClientFacts>[]) =>
      new SqlRegistryRepository(database).transact(() => ({ actor: 'operator', changes: { ...NO_CHANGES, clients } }));
    const facts = (disabled = false): ClientFacts => ({ id: 'orders', disabled, credentials: [] });

    it('begins empty, at sequence 0', async () => {
      expect(await held()).toEqual({ epoch: 1, sequence: 0, revocations: [] });
      expect((await one.find('token', 'a')).value).toBeUndefined();
    });

    it('keeps a token until no verifier would accept it anyway, and forgets it then', async () => {
      await one.record(token('a'), by);
      const until = after(300 + TOKEN_SECONDS);
      const { revocations } = await held();
      expect(revocations).toEqual([
        { kind: 'token', id: 'a', revokedAt: clock.now(), until, issuedBefore: null, client: 'orders', sequence: 1 },
      ]);
      clock.advance(300 + TOKEN_SECONDS - 1);
      expect((await held()).revocations).toHaveLength(1);
      clock.advance(1);
      expect(await held()).toEqual({ epoch: 1, sequence: 1, revocations: [] });
      await one.record(token('b'), by);
      expect((await database.db.selectFrom('revocation').select('id').execute()).map(({ id }) => id)).toEqual(['b']);
    });

    it('takes no token that is dead already, and none twice', async () => {
      expect(await one.record(token('dead', -TOKEN_SECONDS), by)).toBeUndefined();
      await one.record(token('a'), by);
      await one.record(token('a'), by);
      expect((await held()).sequence).toBe(1);
    });

    it('refuses every token of a client for as long as a replica that heard of nothing may issue', async () => {
      await one.record(client('revoke'), by);
      expect((await held()).revocations[0]).toMatchObject({ until: after(CLIENT_SECONDS), issuedBefore: null });
    });

    it('counts without a gap, whoever writes, and has one event for each', async () => {
      const orders = Array.from({ length: 40 }, (_, index) => token(`t${index % 30}`));
      await Promise.all(orders.map((order, index) => (index % 2 ? one : other).record(order, by)));
      const { sequence, revocations } = await held();
      expect(sequence).toBe(30);
      expect(revocations.map((each) => each.sequence)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
      const events = await new SqlChangeFeed(database).after({ ...FEED, version: 0 }, 100);
      expect(events.map(({ version }) => version)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
      expect(events[0]).toMatchObject({ event: 'revocations.changed', actor: 'operator', change: { kind: 'token' } });
    });

    it('says in its events why, and shows where they have got to', async () => {
      await one.record(client('revoke'), { actor: 'ann', reason: 'laptop stolen' });
      const [event] = await new SqlChangeFeed(database).after({ ...FEED, version: 0 }, 1);
      expect(event).toMatchObject({ actor: 'ann', change: { id: 'orders', reason: 'laptop stolen' } });
      expect(await new SqlChangeFeed(database).heads()).toContainEqual({ ...FEED, version: 1 });
    });

    describe('with the registry', () => {
      it('revokes the tokens of a client in the transaction that disables or removes it', async () => {
        await change({ action: 'create', after: facts() });
        expect((await held()).sequence).toBe(0);
        await change({ action: 'update', before: facts(), after: facts(true) });
        expect((await held()).revocations).toMatchObject([{ kind: 'client', id: 'orders', issuedBefore: null }]);
        await change({ action: 'remove', before: facts(true) });
        expect((await held()).sequence).toBe(1);
        await change({ action: 'create', after: facts() });
        await change({ action: 'remove', before: facts() });
        expect((await held()).revocations).toMatchObject([{ id: 'orders', issuedBefore: null, sequence: 3 }]);
      });

      it('revokes nothing if the client is not disabled after all', async () => {
        await change({ action: 'create', after: facts() });
        const nobody = { ...facts(), id: 'nobody' };
        const policy = { id: 'p', client: 'nobody', resource: 'nothing', scopes: [] };
        const failing = new SqlRegistryRepository(database).transact(() => ({
          actor: 'operator',
          changes: {
            ...NO_CHANGES,
            clients: [
              { action: 'update', before: facts(), after: facts(true) },
              { action: 'remove', before: nobody },
            ],
            policies: [{ action: 'create', after: policy }],
          },
        }));
        await expect(failing).rejects.toThrow();
        expect(await held()).toEqual({ epoch: 1, sequence: 0, revocations: [] });
      });

      it('lets in what a client is issued once it is enabled again, and nothing from before', async () => {
        await change({ action: 'create', after: facts() });
        await change({ action: 'update', before: facts(), after: facts(true) });
        clock.advance(600);
        await change({ action: 'update', before: facts(true), after: facts() });
        const [revocation] = (await held()).revocations;
        expect(revocation).toMatchObject({ issuedBefore: after(-10), until: after(CLIENT_SECONDS - 600) });
      });

      it('does not let in what was issued before, however soon the client is enabled again', async () => {
        await change({ action: 'create', after: facts() });
        const revokedAt = clock.now();
        await change({ action: 'update', before: facts(), after: facts(true) });
        clock.advance(3);
        await change({ action: 'update', before: facts(true), after: facts() });
        expect((await held()).revocations).toMatchObject([{ issuedBefore: after(10, revokedAt) }]);
      });

      it('lets in nobody who is disabled at the same moment', async () => {
        const admit = ({ clients }: StoredRegistry) => {
          if (clients[0]?.disabled) throw new Error('is disabled');
          return client('admit');
        };
        await change({ action: 'create', after: facts() });
        await one.record(client('revoke'), by);
        // Halts where it has the lock and has not committed.
        const [halted, admitting] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        const databaseTime = async (db: Parameters<typeof database.dialect.databaseTime>[0]) => {
          halted.resolve();
          await admitting.promise;
          return database.dialect.databaseTime(db);
        };
        const halting = { ...database, dialect: { ...database.dialect, databaseTime } };
        const disabled = new SqlRegistryRepository(halting).transact(() => ({
          actor: 'operator',
          changes: { ...NO_CHANGES, clients: [{ action: 'update', before: facts(), after: facts(true) }] },
        }));
        await halted.promise;
        const admitted = expect(other.recordDecided(admit, by)).rejects.toThrow('is disabled');
        setTimeout(admitting.resolve, 100);
        await Promise.all([admitted, disabled]);
        expect((await held()).revocations).toMatchObject([{ id: 'orders', issuedBefore: null }]);
      });

      it('refuses everything again when it is disabled again', async () => {
        await one.record(client('revoke'), by);
        await one.record(client('admit'), by);
        await one.record(client('admit'), by);
        expect((await held()).sequence).toBe(2);
        clock.advance(60);
        await one.record(client('revoke'), by);
        expect((await held()).revocations).toMatchObject([
          { issuedBefore: null, revokedAt: clock.now(), until: after(CLIENT_SECONDS), sequence: 3 },
        ]);
      });

      it('has nothing to admit where nothing is revoked', async () => {
        expect(await one.record(client('admit'), by)).toBeUndefined();
        expect((await held()).sequence).toBe(0);
      });
    });

    describe('that is full', () => {
      const filler = (count: number, owner: string | null, kind: string) =>
        Array.from({ length: count }, (_, index) => ({
          ...{ kind, id: `${owner}-${index}`, revoked_at: 0, ends_at: after(60).getTime() },
          ...{ issued_before: null, client_id: owner, sequence: (kind === 'token' ? 1_000_000 : 2_000_000) + index },
        }));
      const fill = async (count: number, owner: string | null, kind = 'token') => {
        const rows = filler(count, owner, kind);
        for (let start = 0; start < rows.length; start += 1_000) {
          await database.db
            .insertInto('revocation')
            .values(rows.slice(start, start + 1_000))
            .execute();
        }
      };

      it('takes so many tokens of one client, and none of it more until they end', async () => {
        await fill(500, 'orders');
        await expect(one.record(token('a'), by)).rejects.toMatchObject({ code: 'REVOCATIONS_FULL' });
        expect((await held()).sequence).toBe(0);
        await one.record({ ...token('a'), client: 'reports' } as RevocationOrder, by);
        await one.record(client('revoke'), by);
        expect((await held()).sequence).toBe(2);
        clock.advance(60);
        await one.record(token('b'), by);
      });

      const MOST_TOKENS = MAX_REVOCATIONS / 2;
      const MOST_CLIENTS = MAX_REVOCATIONS / 2 - 200;
      const key = (id: string) => ({ verb: 'revoke', kind: 'key', id }) as const;

      it('takes no more tokens, and every client and key all the same', async () => {
        await fill(MOST_TOKENS, null);
        await expect(one.record(token('a'), by)).rejects.toMatchObject({ code: 'REVOCATIONS_FULL' });
        await one.record(client('revoke'), by);
        await one.record(client('admit'), by);
        await change({ action: 'create', after: { ...facts(), id: 'reports' } });
        const reports = { ...facts(), id: 'reports' };
        await change({ action: 'update', before: reports, after: { ...reports, disabled: true } });
        await one.record(key('kid'), by);
        expect((await held()).sequence).toBe(4);
        clock.advance(60);
        await one.record(token('a'), by);
      });

      it('takes no more clients than verifiers read, one by one or at once, and keys always', async () => {
        await fill(MOST_TOKENS, null);
        await fill(MOST_CLIENTS, null, 'client');
        await expect(one.record(client('revoke'), by)).rejects.toMatchObject({ code: 'REVOCATIONS_FULL' });
        await one.record(key('kid'), by);
        expect((await held()).revocations.length).toBeLessThanOrEqual(MAX_REVOCATIONS);
        clock.advance(60);
        const all = Array.from({ length: MOST_CLIENTS + 1 }, (_, index) => ({ ...facts(), id: `client-${index}` }));
        const removed = all.map((before) => ({ action: 'remove', before }) as const);
        await expect(change(...removed)).rejects.toMatchObject({ code: 'REVOCATIONS_FULL' });
      });
    });

    it('drops the record of what is old and copied, so much at a time, and no more', async () => {
      const feed = new SqlChangeFeed(database);
      const left = async () =>
        (await feed.after({ ...FEED, epoch: 0, version: 0 }, 1_000)).map(({ version }) => version);
      for (const id of ['a', 'b', 'c']) {
        await one.record(token(id), by);
        clock.advance(60);
      }
      await feed.forget({ ...FEED, version: 1 }, clock.now());
      expect(await left()).toEqual([2, 3]);
      await feed.forget({ ...FEED, version: 3 }, after(-90));
      expect(await left()).toEqual([3]);
      const row = { epoch: 1, at: clock.now().getTime(), actor: 'orders', change: '{}' };
      const many = Array.from({ length: 600 }, (_, index) => ({ ...row, sequence: 4 + index }));
      await database.db.insertInto('revocation_event').values(many).execute();
      await feed.forget({ ...FEED, epoch: 2, version: 0 }, after(1));
      expect(await left()).toHaveLength(101);
      expect((await held()).revocations).toHaveLength(3);
    });

    it('is lifted above what verifiers have heard, with its record, keeps what is revoked, and goes on from there', async () => {
      await one.record(token('a'), by);
      await one.liftTo({ epoch: 2, sequence: 9 }, { ...by, reason: 'restored' });
      await one.record(token('b'), by);
      const { epoch, sequence, revocations } = await held();
      expect([epoch, sequence, revocations.map(({ id }) => id)]).toEqual([2, 10, ['a', 'b']]);
      const recorded = await new SqlChangeFeed(database).after({ ...FEED, version: 1 }, 10);
      expect(recorded).toMatchObject([
        { epoch: 2, version: 9, actor: 'operator', change: { opensEpoch: true, reason: 'restored' } },
        { epoch: 2, version: 10 },
      ]);
      for (const below of [
        { epoch: 1, sequence: 99 },
        { epoch: 2, sequence: 10 },
      ])
        await expect(one.liftTo(below, by)).rejects.toThrow('revocations are not below');
    });

    describe("while the database's clock is wrong", () => {
      const leapt = (seconds: number) => {
        const dialect = { ...database.dialect, databaseTime: () => Promise.resolve(after(seconds)) };
        return { ...database, dialect };
      };
      const ids = (set: Awaited<ReturnType<typeof held>>) => set.revocations.map(({ id }) => id);

      it('forgets nothing that is revoked, and revokes all the same', async () => {
        await one.record(token('a'), by);
        await one.record(client('revoke', 'reports'), by);
        const wrong = new SqlRevocationStore(leapt(86_400), NOMINAL_TIMING);
        await wrong.record(token('b'), by);
        const all = ['a', 'reports', 'b'];
        expect([ids((await wrong.load()).value), ids(await held())]).toEqual([all, all]);
        expect((await wrong.find('token', 'a')).value).toBeDefined();
      });

      it('forgets nothing either where it is that of the machine that is ahead', async () => {
        await one.record(token('a'), by);
        const wrong = new SqlRevocationStore({ ...database, clock: clockOff(clock, () => 86_400) }, NOMINAL_TIMING);
        await wrong.record(token('b'), by);
        expect([ids((await wrong.load()).value), ids(await held())]).toEqual([
          ['a', 'b'],
          ['a', 'b'],
        ]);
      });

      it('revokes for no shorter a time, and lets in nothing from before', async () => {
        const wrong = new SqlRevocationStore(leapt(-7 * 86_400), NOMINAL_TIMING);
        await wrong.record({ verb: 'revoke', kind: 'key', id: 'kid' }, by);
        await wrong.record(client('revoke'), by);
        expect((await held()).revocations).toMatchObject([
          { id: 'kid', until: after(3 * 86_400 + CLIENT_SECONDS) },
          { id: 'orders', until: after(CLIENT_SECONDS), revokedAt: clock.now() },
        ]);
        await wrong.record(client('admit'), by);
        expect((await held()).revocations[1]).toMatchObject({ issuedBefore: after(10) });
      });

      it('is within what clocks may differ by as right as ever', async () => {
        const within = new SqlRevocationStore(leapt(-10), NOMINAL_TIMING);
        await within.record(client('revoke'), by);
        expect((await held()).revocations).toMatchObject([
          { revokedAt: after(-10), until: after(CLIENT_SECONDS - 10) },
        ]);
      });
    });

    it('keeps a key until no verifier can hold it any more', async () => {
      const verifyUntil = after(40 * 86_400);
      await one.record({ verb: 'revoke', kind: 'key', id: 'kid', verifyUntil }, by);
      await one.record({ verb: 'revoke', kind: 'key', id: 'standby' }, by);
      expect((await held()).revocations).toMatchObject([
        { kind: 'key', until: verifyUntil },
        { id: 'standby', until: after(3 * 86_400 + CLIENT_SECONDS) },
      ]);
    });
  });
}
