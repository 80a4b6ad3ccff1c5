import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generateSigningKeyPairSync, publicJwkOf } from '@mintmark/jws';
import {
  canonicalJson,
  digestOfKeys,
  type KeyChange,
  type KeyTransition,
} from '../../apps/token-service/src/core/model/key-set.ts';
import {
  activateKey,
  deactivateKey,
  destroyKey,
  freezeTiming,
  publishKey,
  type GeneratingKey,
  type SigningKey,
} from '../../apps/token-service/src/core/model/signing-key.ts';
import { NOMINAL_TIMING, scaleTiming } from '../../apps/token-service/src/core/model/timing.ts';
import { EMPTY_MANIFEST, sealedManifest } from '../../apps/token-service/src/adapters/sql/key-manifest.ts';
import { SqlKeyRepository } from '../../apps/token-service/src/adapters/sql/key-repository.ts';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import type { NewStorage, TestStorage } from './test-storage.ts';
import { TEST_SEAL } from '../keys/key-lab.ts';

const ISSUER = 'https://tokens.internal';
// A scale that leaves no duration whole.
const timing = scaleTiming(NOMINAL_TIMING, 7);
let time = 0;
const clock = { now: () => new Date(time++), monotonic: () => 0 };
const step = (...changes: KeyChange[]): KeyTransition => ({ name: 'publish', actor: 'schedule', changes });
const intent = (id: string): GeneratingKey => ({
  id,
  algorithm: 'ES256',
  state: 'generating',
  createdAt: new Date(time),
});
const JWKS = new Map(['a', 'b'].map((id) => [id, publicJwkOf(generateSigningKeyPairSync('ES256').publicKey, 'ES256')]));
const jwk = (id: string) => JWKS.get(id)!;
const made = (id: string) => ({ publicJwk: jwk(id), handle: `local:${id}` }) as const;

/** A key through every state it has. */
function lifeOf(id: string): { readonly from: SigningKey['state'] | null; readonly key: SigningKey }[] {
  const now = new Date(time);
  const generating = intent(id);
  const published = publishKey(generating, made(id), freezeTiming(timing), now);
  const active = activateKey(published, timing, now);
  const deactivated = deactivateKey(active, now);
  return [
    { from: null, key: generating },
    { from: 'generating', key: published },
    { from: 'published', key: active },
    { from: 'active', key: deactivated },
    { from: 'deactivated', key: destroyKey(deactivated, now) },
  ];
}

/** What every key repository does. */
export function describeKeyRepository(name: string, newStorage: NewStorage): void {
  describe(`${name} as a key repository`, () => {
    let storage: TestStorage;
    let database: Database;
    let repository: SqlKeyRepository;

    beforeEach(async () => {
      time = Date.UTC(2026, 0, 1);
      storage = await newStorage();
      database = await storage.connect({ clock });
      repository = new SqlKeyRepository(database, ISSUER, TEST_SEAL);
    });
    afterEach(() => storage.close());

    it('begins with version 0, no keys and no row', async () => {
      const { value, databaseTime } = await repository.load();
      expect(value).toEqual({ epoch: 1, version: 0, digest: digestOfKeys([]), firstActivatedAt: null, keys: [] });
      expect(databaseTime.getUTCFullYear()).toBe(2026);
      expect(await database.db.selectFrom('keyset').selectAll().execute()).toEqual([]);
    });

    it('gives back each state of a key as it was written, instants and fractions included', async () => {
      for (const [index, change] of lifeOf('a').entries()) {
        const set = await repository.transact(() => step(change));
        const { value } = await repository.load();
        expect(value).toEqual(set);
        expect(value.keys).toEqual([change.key]);
        expect(value.version).toBe(index + 1);
        expect((await repository.version()).value).toMatchObject({
          epoch: 1,
          version: index + 1,
          digest: value.digest,
        });
      }
    });

    it('remembers when the first key was activated, once and for all', async () => {
      const [a, b] = [lifeOf('a'), lifeOf('b')];
      for (const change of a.slice(0, 2))
        expect((await repository.transact(() => step(change)))?.firstActivatedAt).toBeNull();
      const first = (await repository.transact(() => step(a[2]!)))?.firstActivatedAt;
      expect(first).toBeInstanceOf(Date);
      await repository.transact(() => step(a[3]!));
      for (const change of b.slice(0, 3))
        expect((await repository.transact(() => step(change)))?.firstActivatedAt).toEqual(first);
    });

    it('changes nothing where nothing was decided', async () => {
      expect(await repository.transact(() => undefined)).toBeUndefined();
      expect((await repository.load()).value.version).toBe(0);
      expect(await database.db.selectFrom('key_event').selectAll().execute()).toEqual([]);
    });

    it('writes one event for each transition, from which the set can be replayed', async () => {
      const keys = new Map<string, unknown>();
      for (const change of [...lifeOf('a').slice(0, 4), ...lifeOf('b').slice(0, 3)])
        await repository.transact(() => step(change));
      const events = await database.db.selectFrom('key_event').selectAll().orderBy('version').execute();
      expect(events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      for (const { changes } of events) {
        for (const { key } of JSON.parse(changes) as { key: { id: string } }[]) keys.set(key.id, key);
      }
      const { value } = await repository.load();
      expect([...keys.values()].map(canonicalJson).sort()).toEqual(value.keys.map(canonicalJson).sort());
      expect(events.at(-1)?.digest).toBe(value.digest);
    });

    it('changes nothing at all if one of several changes cannot be made', async () => {
      for (const change of lifeOf('a').slice(0, 3)) await repository.transact(() => step(change));
      const before = (await repository.load()).value;
      const retire = lifeOf('a')[3]!;
      await expect(repository.transact(() => step(retire, lifeOf('b')[1]!))).rejects.toThrow(
        'signing key b is not generating any more',
      );
      expect((await repository.load()).value).toEqual(before);
      expect(await database.db.selectFrom('key_event').selectAll().execute()).toHaveLength(3);
    });

    it('changes a key only from the state that was expected', async () => {
      const life = lifeOf('a');
      for (const change of life.slice(0, 3)) await repository.transact(() => step(change));
      const before = (await repository.load()).value;
      await expect(repository.transact(() => step(life[1]!))).rejects.toThrow(
        'signing key a is not generating any more',
      );
      expect((await repository.load()).value).toEqual(before);
    });

    /** How far a key has come, and the state it is then said to go to. */
    const illegal: readonly [string, number, SigningKey['state'] | null, number][] = [
      ['a key out of nowhere that is published', 0, null, 1],
      ['an activation that skips publication', 1, 'generating', 2],
      ['a retired key that signs again', 4, 'deactivated', 2],
      ['a destroyed key that comes back', 5, 'destroyed', 1],
      ['an active key destroyed under its users', 3, 'active', 4],
    ];

    it.each(illegal)('refuses %s', async (_what, past, from, target) => {
      const life = lifeOf('a');
      for (const change of life.slice(0, past)) await repository.transact(() => step(change));
      await expect(repository.transact(() => step({ from, key: life[target]!.key }))).rejects.toThrow(/cannot go from/);
    });

    it('forgets a handle only of a destroyed key, and then forgets the key', async () => {
      const life = lifeOf('a');
      for (const change of life.slice(0, 4)) await repository.transact(() => step(change));
      await repository.releaseHandle('a');
      expect((await repository.load()).value.keys).toHaveLength(1);
      await repository.transact(() => step(life[4]!));
      const digest = (await repository.version()).value.digest;
      await repository.releaseHandle('a');
      expect((await repository.load()).value).toMatchObject({ keys: [], digest });
      expect(await database.db.selectFrom('signing_key').select(['kid', 'state']).execute()).toEqual([
        { kid: jwk('a').kid, state: 'destroyed' },
      ]);
    });

    it.each([
      ['even if its row is gone', false],
      ['also if an earlier version kept no account of it', true],
    ])('never publishes a destroyed key again, %s', async (_what, unaccounted) => {
      for (const change of lifeOf('a')) await repository.transact(() => step(change));
      await repository.releaseHandle('a');
      if (unaccounted) await resealWithoutSpent();
      const [intent, publication] = lifeOf('b');
      await repository.transact(() => step(intent!));
      await database.db.deleteFrom('signing_key').where('id', '=', 'a').execute();
      const again = { ...publication!.key, kid: jwk('a').kid, publicJwk: jwk('a') } as SigningKey;
      await expect(repository.transact(() => step({ from: 'generating', key: again }))).rejects.toMatchObject({
        code: 'KEY_UNREADABLE',
        message: expect.stringContaining(`was destroyed before (${jwk('a').kid})`),
      });
      await repository.transact(() => step(publication!));
    });

    async function resealWithoutSpent(): Promise<void> {
      const row = await database.db.selectFrom('keyset').selectAll().executeTakeFirstOrThrow();
      const sealed = sealedManifest(row, EMPTY_MANIFEST, (parts) => TEST_SEAL.mac(parts));
      await database.db.updateTable('keyset').set(sealed).execute();
    }

    it('keeps the sets of two issuers apart', async () => {
      const other = new SqlKeyRepository(database, 'https://other.internal', TEST_SEAL);
      await repository.transact(() => step(lifeOf('a')[0]!));
      await other.transact(() => step(lifeOf('b')[0]!));
      expect((await repository.load()).value.keys.map(({ id }) => id)).toEqual(['a']);
      expect((await other.load()).value).toMatchObject({ version: 1 });
      await expect(other.transact(() => step(lifeOf('a')[1]!))).rejects.toThrow(/not generating/);
    });

    it('takes the seal of one issuer for no other one', async () => {
      const other = new SqlKeyRepository(database, 'https://other.internal', TEST_SEAL);
      await repository.transact(() => step(lifeOf('a')[0]!));
      await other.transact(() => step(lifeOf('b')[0]!));
      const query = database.db.selectFrom('keyset').selectAll().where('issuer', '=', ISSUER);
      const { issuer: _issuer, ...head } = await query.executeTakeFirstOrThrow();
      await database.db.updateTable('keyset').set(head).where('issuer', '!=', ISSUER).execute();
      await expect(other.load()).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
      await repository.load();
    });

    it('names a row that was changed, added or removed behind its back, and changes nothing on that basis', async () => {
      for (const transition of lifeOf('a').slice(0, 3)) await repository.transact(() => step(transition));
      const row = await database.db.selectFrom('signing_key').selectAll().executeTakeFirstOrThrow();
      const findings = async () => (await repository.load()).value.tampered?.map(({ finding }) => finding);
      await database.db
        .insertInto('signing_key')
        .values({ ...row, id: 'planted', kid: 'planted', state: 'deactivated', deactivated_at: 1 })
        .execute();
      expect(await findings()).toEqual([expect.stringContaining('the row planted of signing_key was added')]);
      await expect(repository.transact(() => step(lifeOf('a')[3]!))).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
      await database.db.deleteFrom('signing_key').where('id', '=', 'planted').execute();
      await database.db.updateTable('signing_key').set({ published_at: null }).execute();
      expect(await findings()).toEqual([expect.stringContaining('the row a of signing_key was changed')]);
      await database.db.deleteFrom('signing_key').execute();
      expect(await findings()).toEqual([expect.stringContaining('the row a of signing_key was removed')]);
      await database.db.insertInto('signing_key').values(row).execute();
      expect(await findings()).toBeUndefined();
      await repository.transact(() => step(lifeOf('a')[3]!));
    });

    it.each([
      ['another public key', { publicJwk: jwk('b') }],
      ['another kid in the public key', { publicJwk: { ...jwk('a'), kid: jwk('b').kid } }],
      ['another algorithm in the public key', { publicJwk: { ...jwk('a'), alg: 'PS256' } }],
      ['a private member in the public key', { publicJwk: { ...jwk('a'), d: 'AA' } }],
    ])('gives out no row with %s, though it bears the seal', async (_what, change) => {
      const [intent, publication] = lifeOf('a');
      await repository.transact(() => step(intent!));
      const key = { ...publication!.key, ...change } as SigningKey;
      await repository.transact(() => step({ from: 'generating', key }));
      const { keys, tampered } = (await repository.load()).value;
      expect(keys).toEqual([]);
      expect(tampered).toEqual([expect.objectContaining({ id: 'a', algorithms: ['ES256'] })]);
    });

    it('takes nothing from a key set whose own row was changed', async () => {
      for (const transition of lifeOf('a').slice(0, 3)) await repository.transact(() => step(transition));
      await database.db.updateTable('keyset').set({ version: 2 }).execute();
      for (const act of [
        () => repository.load(),
        () => repository.version(),
        () => repository.transact(() => step(lifeOf('a')[3]!)),
      ])
        await expect(act()).rejects.toMatchObject({
          code: 'KEY_UNREADABLE',
          message: expect.stringContaining('in keyset'),
        });
    });
  });
}
