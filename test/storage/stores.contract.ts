import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SqlAdminTokens } from '../../apps/token-service/src/adapters/sql/admin-tokens.ts';
import { SqlAuditAnchors } from '../../apps/token-service/src/adapters/sql/audit-anchors.ts';
import { SqlChangeFeed } from '../../apps/token-service/src/adapters/sql/change-feed.ts';
import { SqlSealedKeySets } from '../../apps/token-service/src/adapters/sql/sealed-key-sets.ts';
import { SqlEnvelopeStore } from '../../apps/token-service/src/adapters/sql/envelope-store.ts';
import { SqlKeyRepository } from '../../apps/token-service/src/adapters/sql/key-repository.ts';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { SqlRevocationStore } from '../../apps/token-service/src/adapters/sql/revocation-store.ts';
import type { RevocationOrder } from '../../apps/token-service/src/core/model/revocation.ts';
import { NOMINAL_TIMING } from '../../apps/token-service/src/core/model/timing.ts';
import { SqlRegistryRepository } from '../../apps/token-service/src/adapters/sql/registry-repository.ts';
import { SqlKeyUses } from '../../apps/token-service/src/adapters/sql/key-uses.ts';
import { SqlVerifierAcks } from '../../apps/token-service/src/adapters/sql/verifier-acks.ts';
import { SqlSecretUses } from '../../apps/token-service/src/adapters/sql/secret-uses.ts';
import type { ChangePosition } from '../../apps/token-service/src/core/model/audit-event.ts';
import { NO_CHANGES, type RegistryChanges } from '../../apps/token-service/src/core/model/registry-changes.ts';
import { SigningProviderError } from '../../apps/token-service/src/core/ports/signing-key-provider.ts';
import { ManualClock } from '../keys/manual-clock.ts';
import type { NewStorage, TestStorage } from './test-storage.ts';
import { TEST_SEAL } from '../keys/key-lab.ts';
import { addOperatedResources } from '../keys/verifier-crowd.ts';

const HOUR = 3600;

/** What the smaller stores do, for two processes that use them at the same time. */
export function describeStores(name: string, newStorage: NewStorage): void {
  describe(`${name} as`, () => {
    let storage: TestStorage;
    let clock: ManualClock;
    let one: Database;
    let other: Database;

    beforeEach(async () => {
      clock = new ManualClock();
      storage = await newStorage();
      one = await storage.connect({ clock });
      other = await storage.connect({ clock });
    });
    afterEach(() => storage.close());

    const ofBoth = <Value>(work: (database: Database, index: number) => Promise<Value>): Promise<Value[]> =>
      Promise.all([one, other, one, other].map(work));

    describe('a store of what verifiers acknowledged', () => {
      const report = (instance: string, kids: readonly string[], at = clock.now()) => ({
        verifier: { client: 'stock', resource: 'inventory', instance },
        token: { tokenId: `token of ${instance}`, kid: 'of tokens' },
        held: kids.length === 0 ? undefined : { epoch: 1, version: 2, digest: 'd', kids },
        heardAt: at,
      });

      beforeEach(() => addOperatedResources(one, { inventory: 'stock' }));

      it('keeps the latest of each verifier, whichever replica heard it', async () => {
        await ofBoth((database, index) =>
          new SqlVerifierAcks(database).record([report('a', ['k']), report(`b${index}`, ['j', 'k'])]),
        );
        const earlier = new Date(clock.now().getTime() - 1);
        await new SqlVerifierAcks(other).record([report('a', [], earlier)]);
        const evidence = await new SqlVerifierAcks(one).evidence(['j']);
        expect([evidence.watching, [...evidence.holding].sort()]).toEqual([
          5,
          [
            ['j', 4],
            ['k', 5],
          ],
        ]);
        expect(evidence.laggards.get('j')).toEqual([{ client: 'stock', resource: 'inventory', instance: 'a' }]);
      });

      it('names who holds a key and who does not, the first few', async () => {
        const acks = new SqlVerifierAcks(one);
        await acks.record([report('a', ['k']), report('b', ['k']), report('c', [])]);
        const { holders, others, ...counts } = await acks.holdersOf('k', 1);
        expect(counts).toEqual({ watching: 3, holding: 2 });
        expect([holders, others].map((all) => all.map(({ instance }) => instance))).toEqual([['a'], ['c']]);
      });

      it('forgets who said goodbye, unless it came back, and who was not heard of', async () => {
        const acks = new SqlVerifierAcks(one);
        await acks.record(['a', 'b', 'c'].map((instance) => report(instance, ['k'])));
        const left = clock.now();
        clock.advance(1);
        await acks.record([report('b', ['k'])]);
        const gone = ['a', 'b'].map((instance) => ({ verifier: report(instance, []).verifier, at: left }));
        await acks.forget(gone);
        expect((await acks.evidence([])).watching).toBe(2);
        await acks.prune(0);
        expect((await acks.holdersOf('k', 9)).holders.map(({ instance }) => instance)).toEqual(['b']);
      });

      describe('counts', () => {
        const counts = async () => {
          const { watching, holding } = await new SqlVerifierAcks(other).evidence([]);
          return [watching, holding.get('k') ?? 0];
        };
        const revoke = (order: RevocationOrder) =>
          new SqlRevocationStore(one, NOMINAL_TIMING).record(order, { actor: 'ann' });
        beforeEach(() => new SqlVerifierAcks(one).record([report('a', ['k']), report('b', ['k'])]));

        it('nobody whose client is disabled, gone, or operates the resource no more', async () => {
          const client = (disabled: number) => one.db.updateTable('client').set({ disabled }).execute();
          await client(1);
          expect(await counts()).toEqual([0, 0]);
          await client(0);
          expect(await counts()).toEqual([2, 2]);
          await one.db.updateTable('resource').set({ operated_by: null }).execute();
          expect(await counts()).toEqual([0, 0]);
          await one.db.deleteFrom('client').execute();
          expect(await counts()).toEqual([0, 0]);
        });

        it('nobody whose client is revoked, also if it is written down late; and who comes back after that', async () => {
          await revoke({ verb: 'revoke', kind: 'client', id: 'stock' });
          expect(await one.db.selectFrom('verifier_ack').selectAll().execute()).toEqual([]);
          await new SqlVerifierAcks(one).record([report('a', ['k'])]);
          expect(await counts()).toEqual([0, 0]);
          clock.advance(60);
          await revoke({ verb: 'admit', kind: 'client', id: 'stock' });
          await new SqlVerifierAcks(one).record([report('a', ['k'])]);
          expect(await counts()).toEqual([1, 1]);
        });

        it('nobody whose token is revoked, and as holding nothing if it is written down late', async () => {
          await revoke({ verb: 'revoke', kind: 'token', id: 'token of a' });
          expect(await counts()).toEqual([1, 1]);
          await new SqlVerifierAcks(one).record([report('a', ['k'])]);
          expect(await counts()).toEqual([2, 1]);
        });

        it('as holding nothing whose token a compromised key has signed, until it comes with another', async () => {
          await revoke({ verb: 'revoke', kind: 'key', id: 'of tokens' });
          expect(await counts()).toEqual([2, 0]);
          clock.advance(1);
          await new SqlVerifierAcks(one).record([{ ...report('a', ['k']), token: { tokenId: 't', kid: 'sound' } }]);
          expect(await counts()).toEqual([2, 1]);
        });
      });

      it('takes thousands at once', async () => {
        const acks = new SqlVerifierAcks(one);
        await acks.record(Array.from({ length: 2_500 }, (_, index) => report(`pod-${index}`, ['k'])));
        expect((await acks.evidence(['k'])).holding.get('k')).toBe(2_500);
      });
    });

    describe('a store of how long tokens of a key live', () => {
      it('keeps the latest end, whichever replica signed it', async () => {
        const at = (seconds: number) => new Date(seconds * 1000);
        await ofBoth((database, index) => new SqlKeyUses(database).record(new Map([['k', at(100 + index)]]), []));
        await new SqlKeyUses(one).record(new Map([['k', at(50)]]), []);
        expect(await new SqlKeyUses(other).of(['k', 'j'])).toEqual(new Map([['k', at(103)]]));
      });

      it('counts and names the clients whose tokens have not expired, until they have', async () => {
        const at = (seconds: number) => new Date(seconds * 1000);
        const use = (client: string, seconds: number, kid = 'k') => ({ kid, client, until: at(seconds) });
        await ofBoth((database, index) =>
          new SqlKeyUses(database).record(new Map(), [use('b', 100 + index), use('a', 200 - index), use('c', 50, 'j')]),
        );
        const uses = new SqlKeyUses(one);
        expect(await uses.clientsOf(['k', 'j', 'i'], at(60))).toEqual(new Map([['k', 2]]));
        const holders = [
          { client: 'a', until: at(200) },
          { client: 'b', until: at(103) },
        ];
        expect(await uses.holdersOf('k', at(60), 9)).toEqual({ clients: 2, holders });
        expect(await uses.holdersOf('k', at(60), 1)).toEqual({ clients: 2, holders: holders.slice(0, 1) });
        expect(await uses.holdersOf('k', at(103), 9)).toEqual({ clients: 1, holders: holders.slice(0, 1) });
        await uses.prune(at(150));
        expect(await uses.clientsOf(['k', 'j'], at(0))).toEqual(new Map([['k', 1]]));
      });

      it('takes thousands of clients at once', async () => {
        const until = new Date(100_000);
        const all = Array.from({ length: 2_500 }, (_, index) => ({ kid: 'k', client: `client-${index}`, until }));
        await new SqlKeyUses(one).record(new Map(), all);
        expect(await new SqlKeyUses(one).clientsOf(['k'], new Date(0))).toEqual(new Map([['k', 2_500]]));
      });
    });

    describe('sealed key sets', () => {
      const macOf = (version: number) => (parts: readonly string[]) => `${version} ${JSON.stringify(parts)}`;
      const sealOf = (version: number) => ({ ...TEST_SEAL, version, mac: macOf(version) });
      const sealKey = (version: number) => ({
        ...{ id: `key-set.v${version}`, purpose: 'key-set', version },
        envelope: { ciphertext: Buffer.alloc(40, version), wraps: [{ kekId: 'kek', wrappedKey: 'w' }] },
      });
      const sets = ['https://a.internal', 'https://b.internal'];
      const inSet = (database: Database, issuer: string, version = 1) =>
        new SqlKeyRepository(database, issuer, sealOf(version));
      const intend = (repository: SqlKeyRepository, id: string, algorithm: 'ES256' | 'EdDSA' = 'ES256') =>
        repository.transact((_current, now) => ({
          ...{ name: 'generate', actor: 'schedule' },
          changes: [{ from: null, key: { id, algorithm, state: 'generating', createdAt: now } }],
        }));
      const put = (database: Database, version: number, replaced: number) =>
        new SqlSealedKeySets(database).putUnder(sealKey(version), {
          replaced,
          ...{ before: macOf(replaced), after: macOf(version) },
        });
      const versions = async () =>
        (await new SqlEnvelopeStore(one).digestKeys('key-set')).map(({ version }) => version);

      beforeEach(async () => {
        await new SqlEnvelopeStore(one).addDigestKey(sealKey(1));
        for (const issuer of sets) await intend(inSet(one, issuer), `first of ${issuer}`);
      });

      it('go under another key together, and the one before is gone', async () => {
        expect(await put(one, 2, 1)).toBe(true);
        expect(await versions()).toEqual([2]);
        for (const issuer of sets) {
          await expect(inSet(other, issuer).load()).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
          expect((await inSet(other, issuer, 2).load()).value.keys).toHaveLength(1);
        }
      });

      it('are put under one of several keys that come at once', async () => {
        const outcomes = await ofBoth((database, index) => put(database, 2 + index, 1));
        expect(outcomes.filter(Boolean)).toEqual([true]);
        const [version] = await versions();
        for (const issuer of sets) expect((await inSet(one, issuer, version).load()).value.keys).toHaveLength(1);
      });

      it('lose no transition that is made at the same moment, nor its seal', async () => {
        const [issuer = ''] = sets;
        const making = intend(inSet(other, issuer), 'second', 'EdDSA').then(
          () => 2,
          () => 1, // It came second, and found another key than it knew.
        );
        const [keys] = await Promise.all([making, put(one, 2, 1)]);
        expect((await inSet(one, issuer, 2).load()).value.keys).toHaveLength(keys);
      });

      it('that are not whole stay so, and keep none of the others', async () => {
        await one.db.updateTable('keyset').set({ epoch: 9 }).where('issuer', '=', sets[0]!).execute();
        expect(await put(one, 2, 1)).toBe(true);
        for (const version of [1, 2])
          await expect(inSet(one, sets[0]!, version).load()).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
        expect((await inSet(one, sets[1]!, 2).load()).value.keys).toHaveLength(1);
      });
    });

    describe('an envelope store', () => {
      const envelope = (byte: number) => ({
        ciphertext: Buffer.alloc(40, byte),
        wraps: [{ kekId: `kek-${byte}`, wrappedKey: 'w' }],
      });

      it('keeps the first digest key of a version, whoever comes second', async () => {
        for (let version = 1; version <= 20; version++) {
          const purpose = 'key-set';
          const key = (index: number) => ({ id: `p.v${version}`, purpose, version, envelope: envelope(index) });
          const stored = await ofBoth((database, index) => new SqlEnvelopeStore(database).addDigestKey(key(index)));
          expect(new Set(stored.map((each) => JSON.stringify(each))).size).toBe(1);
          expect(await new SqlEnvelopeStore(one).digestKeys('key-set')).toHaveLength(version);
        }
      });

      it('keeps the first private key under an id, byte for byte, until it is removed', async () => {
        const key = (index: number) => ({
          ...{ id: 'k', issuer: 'i', algorithm: 'ES256', kid: `kid-${index}` },
          envelope: envelope(index),
        });
        const stored = await ofBoth((database, index) => new SqlEnvelopeStore(database).addLocalKey(key(index)));
        const winner = Number(stored[0]?.kid.slice(-1));
        for (const each of stored) expect(each).toEqual({ ...key(winner), envelope: expect.anything() });
        const store = new SqlEnvelopeStore(other);
        const found = await store.localKey('k');
        expect(Buffer.from(found?.envelope.ciphertext ?? [])).toEqual(envelope(winner).ciphertext);
        expect(found?.envelope.wraps).toEqual(envelope(winner).wraps);
        expect(await store.kekIds()).toEqual([[`kek-${winner}`]]);
        expect(await store.localKeys('j')).toEqual([]);
        await store.removeLocalKey('k');
        expect(await store.localKeys('i')).toEqual([]);
      });
    });

    describe('a record of admin tokens', () => {
      const token = (jti: string, seconds: number) => ({
        jti,
        clientId: 'operator',
        expiresAt: new Date(clock.now().getTime() + seconds * 1000),
        digest: `digest-of-${jti}`,
      });

      it('shows what was recorded to every process, and nothing else', async () => {
        await new SqlAdminTokens(one).record(token('a', 300));
        expect(await new SqlAdminTokens(other).find('a')).toEqual(token('a', 300));
        expect(await new SqlAdminTokens(other).find('A')).toBeUndefined();
      });

      it('does not show what was recorded without a digest, as older versions do', async () => {
        const row = { jti: 'a', client_id: 'operator', expires_at: token('a', 300).expiresAt.getTime(), digest: null };
        await one.db.insertInto('admin_token').values(row).execute();
        expect(await new SqlAdminTokens(other).find('a')).toBeUndefined();
      });

      it('forgets, from any process, what has long expired', async () => {
        await ofBoth((database, index) => new SqlAdminTokens(database).record(token(`old-${index}`, 300)));
        clock.advance(2 * HOUR);
        await ofBoth((database, index) => new SqlAdminTokens(database).record(token(`new-${index}`, 300)));
        const rows = await one.db.selectFrom('admin_token').select('jti').orderBy('jti').execute();
        expect(rows.map(({ jti }) => jti)).toEqual(['new-0', 'new-1', 'new-2', 'new-3']);
      });

      it('refuses a second token of the same name', async () => {
        await new SqlAdminTokens(one).record(token('a', 300));
        await expect(new SqlAdminTokens(other).record(token('a', 300))).rejects.toThrow(/unique/i);
      });
    });

    describe('a memory of anchors', () => {
      it('keeps those of each replica apart, also where their chains begin alike', async () => {
        const [mine, theirs] = [new SqlAuditAnchors(one, 'one'), new SqlAuditAnchors(other, 'other')];
        await mine.add({ chain: 'c', seq: 5, hash: 'mine' });
        clock.advance(1);
        await theirs.add({ chain: 'c', seq: 5, hash: 'theirs' });
        await mine.add({ chain: 'c', seq: 5, hash: 'mine' });
        expect(await mine.list()).toMatchObject([{ chain: 'c', seq: 5, hash: 'mine' }]);
        expect(await theirs.list()).toEqual([{ chain: 'c', seq: 5, hash: 'theirs', at: clock.now() }]);
      });

      it('keeps the newest thousand of a chain', async () => {
        const rows = Array.from({ length: 1_100 }, (_, index) => ({
          ...{ replica: '', chain: 'c', seq: index + 1, hash: 'h', at: index },
        }));
        await one.db.insertInto('replica_anchor').values(rows).execute();
        await new SqlAuditAnchors(other, '').add({ chain: 'c', seq: 1_101, hash: 'h' });
        const kept = await new SqlAuditAnchors(one, '').list();
        expect([kept.length, kept[0]?.seq, kept.at(-1)?.seq]).toEqual([1_000, 102, 1_101]);
      });
    });

    describe('a memory of when secrets were used', () => {
      const ids = Array.from({ length: 20 }, (_, index) => `s${index}`);

      beforeEach(async () => {
        const client = { id: 'orders', disabled: false, credentials: [{ kind: 'client_secret' as const }] };
        const secret = (id: string) => ({
          ...{ id, digest: Buffer.alloc(32), digestKeyId: 'k', createdAt: clock.now(), expiresAt: null },
        });
        await change({
          clients: [{ action: 'create', after: client }],
          secrets: ids.map((id) => ({ action: 'add', clientId: 'orders', secret: secret(id) })),
        });
      });

      const change = (changes: Partial<RegistryChanges>) =>
        new SqlRegistryRepository(one).transact(() => ({ actor: 'test', changes: { ...NO_CHANGES, ...changes } }));
      const at = (seconds: number, order: readonly string[]) =>
        new Map(order.map((id) => [id, new Date(seconds * 1000)]));

      it('keeps the later of two, in whatever order processes tell it', async () => {
        for (let round = 1; round <= 10; round++) {
          await Promise.all([
            new SqlSecretUses(one).record(at(round * 10, ids)),
            new SqlSecretUses(other).record(at(round * 10 + 5, ids.toReversed())),
          ]);
        }
        expect(await new SqlSecretUses(one).of(['orders'])).toEqual(at(105, ids));
        expect(await new SqlSecretUses(one).of(['nobody'])).toEqual(new Map());
      });
    });

    describe('a feed of changes', () => {
      const client = (id: string) => ({ id, disabled: false, credentials: [] });
      const apply = (database: Database, id: string) =>
        new SqlRegistryRepository(database).transact(() => ({
          actor: 'test',
          changes: { ...NO_CHANGES, clients: [{ action: 'create', after: client(id) }] },
        }));

      it('shows each change once and in order to a reader that follows while others write', async () => {
        const feed = new SqlChangeFeed(other);
        const seen: number[] = [];
        let position: ChangePosition = { stream: 'registry', epoch: 1, version: 0 };
        const follow = async () => {
          for (const next of await feed.after(position, 7)) seen.push((position = next).version);
        };
        const writing = Promise.all(
          Array.from({ length: 30 }, (_, index) => apply(index % 2 ? one : other, `c${index}`)),
        );
        let done = false;
        void writing.then(() => (done = true));
        while (!done) {
          await follow();
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
        for (let before = -1; before < seen.length;) {
          before = seen.length;
          await follow();
        }
        expect(seen).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
      });

      const generate = async (id = 'k', algorithm: 'ES256' | 'EdDSA' = 'ES256') => {
        const generating = { id, algorithm, state: 'generating', createdAt: clock.now() } as const;
        await new SqlKeyRepository(other, 'https://a.internal', TEST_SEAL).transact(() => ({
          ...{ name: 'generate', actor: 'schedule' },
          changes: [{ from: null, key: generating }],
        }));
      };

      it('names every stream and how far it has got', async () => {
        await apply(one, 'orders');
        await generate();
        const heads = await new SqlChangeFeed(one).heads();
        expect(heads).toEqual([
          { stream: 'keys:https://a.internal', epoch: 1, version: 1 },
          { stream: 'registry', epoch: 1, version: 1 },
          { stream: 'revocations', epoch: 1, version: 0 },
        ]);
        const changes = await new SqlChangeFeed(one, TEST_SEAL).after({ ...heads[0]!, version: 0 }, 10);
        expect(changes).toMatchObject([
          { event: 'keys.changed', time: clock.now(), change: { transition: 'generate', keys: [{ id: 'k' }] } },
        ]);
        expect(changes[0]?.change).not.toHaveProperty('unproven');
      });

      it.each([
        ['was changed', { actor: 'ann' }],
        ['says something else', { changes: '[]' }],
        ['says nothing', { changes: 'nothing' }],
        ['gives another reason', { reason: 'asked for by an operator' }],
        ['is of another time', { at: 1 }],
        ['bears no seal', { mac: null }],
        ['bears another one', { mac: 'AAAA' }],
      ])(
        'says of a record of keys that %s that nothing proves it, and copies none of what it claims of keys',
        async (_what, change) => {
          await generate();
          await one.db.updateTable('key_event').set(change).execute();
          const [head] = (await new SqlChangeFeed(other).heads()).filter(({ stream }) => stream.startsWith('keys:'));
          const [copied] = await new SqlChangeFeed(other, TEST_SEAL).after({ ...head!, version: 0 }, 10);
          expect(copied?.change).toMatchObject({ keys: [], unproven: expect.stringContaining('bears no seal') });
        },
      );

      it('passes over a record that stands beyond the key set, so that those to come are copied', async () => {
        await generate();
        const row = await one.db.selectFrom('key_event').selectAll().executeTakeFirstOrThrow();
        await one.db
          .insertInto('key_event')
          .values([
            { ...row, version: 99 },
            { ...row, epoch: 9 },
          ])
          .execute();
        const stream = { stream: 'keys:https://a.internal', epoch: 0, version: 0 };
        const copied = await new SqlChangeFeed(other, TEST_SEAL).after(stream, 10);
        expect(copied.map(({ epoch, version }) => [epoch, version])).toEqual([[1, 1]]);
      });

      it('copies no record of keys while the seals cannot be checked: a later one will be able to tell', async () => {
        await generate();
        const sealed = { ...TEST_SEAL, version: undefined };
        const stream = { stream: 'keys:https://a.internal', epoch: 0, version: 0 };
        expect(await new SqlChangeFeed(other, sealed).after(stream, 10)).toEqual([]);
      });

      it('copies what it can prove up to what was sealed with a later key that it cannot open, and waits there', async () => {
        await generate('k');
        await generate('l', 'EdDSA');
        await one.db.updateTable('key_event').set({ mac: 'of a later key' }).where('version', '=', 2).execute();
        const renew = () => Promise.reject(new SigningProviderError('KEY_ENCRYPTION_UNAVAILABLE', 'not at hand'));
        const feed = new SqlChangeFeed(other, { ...TEST_SEAL, renew });
        const stream = { stream: 'keys:https://a.internal', epoch: 1, version: 0 };
        expect((await feed.after(stream, 10)).map(({ version }) => version)).toEqual([1]);
        expect(await feed.after({ ...stream, version: 1 }, 10)).toEqual([]);
      });
    });
  });
}
