import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { publicJwkOf } from '@mintmark/jws';
import { signingKeyContexts } from '../../apps/token-service/src/adapters/signing/local/envelope-contexts.ts';
import { openEnvelope, sealEnvelope } from '../../apps/token-service/src/adapters/signing/local/key-envelope.ts';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import type { Tables } from '../../apps/token-service/src/adapters/sql/schema.ts';
import { digestOfKeys } from '../../apps/token-service/src/core/model/key-set.ts';
import type { DataKeyWrap } from '../../apps/token-service/src/core/ports/envelope-store.ts';
import { NOMINAL_TIMING as timing } from '../../apps/token-service/src/core/model/timing.ts';
import { sql, type Selectable } from 'kysely';
import { ISSUER, openMemory, replica, servedKids, settle, storedSeal, testKek, type Replica } from './key-lab.ts';
import { ManualClock } from './manual-clock.ts';

type Row = Selectable<Tables['signing_key']>;
type LocalRow = Selectable<Tables['local_key']>;

let clock: ManualClock;
let database: Database;
let rows: readonly Row[];

beforeEach(async () => {
  clock = new ManualClock();
  database = await openMemory(clock);
  const service = start();
  await service.initialise.execute();
  clock.advance(timing.rotationPeriodSeconds);
  await settle(service.rotate);
  rows = await signingKeys();
});

afterEach(() => database.close());

const start = () => replica({ database, clock, algorithms: ['ES256', 'EdDSA'] });
const signingKeys = () => database.db.selectFrom('signing_key').selectAll().orderBy('id').execute();
const rowIn = (state: string, algorithm = 'ES256'): Row =>
  rows.find((row) => row.state === state && row.algorithm === algorithm)!;
const set = (row: Row, change: Partial<Row>) =>
  database.db.updateTable('signing_key').set(change).where('id', '=', row.id).execute();

async function restarted(): Promise<Replica> {
  const service = start();
  await service.initialise.execute();
  return service;
}

const foreign = () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return publicJwkOf(createPublicKey(privateKey), 'ES256');
};

async function plant(change: Partial<Row>): Promise<string> {
  const jwk = foreign();
  const planted = { ...rowIn('active'), id: 'planted', kid: jwk.kid, public_jwk: JSON.stringify(jwk), ...change };
  await database.db.insertInto('signing_key').values(planted).execute();
  return planted.id;
}

/** Each does what it says to an ES256 row, and returns the row's id. */
const TAMPERINGS: readonly (readonly [string, () => Promise<string>])[] = [
  ['a planted key that verifies', () => plant({ state: 'deactivated', deactivated_at: 1 })],
  [
    'a planted key that is said to be destroyed, so that its handle be destroyed',
    () => plant({ state: 'destroyed', destroyed_at: 1, handle: rowIn('active').handle }),
  ],
  ['a copy of a row under another id', async () => plant({ kid: 'copy', state: 'deactivated', deactivated_at: 1 })],
  ['the public key of somebody else', () => changed('active', { public_jwk: JSON.stringify(foreign()) })],
  ['the public key of somebody else, standby', () => changed('published', { public_jwk: JSON.stringify(foreign()) })],
  ['the public key of somebody else, retired', () => changed('deactivated', { public_jwk: JSON.stringify(foreign()) })],
  ['another kid', () => changed('active', { kid: 'another' })],
  [
    'a private member in the public key',
    () => changed('published', { public_jwk: rowIn('published').public_jwk!.replace('{', '{"d":"AA",') }),
  ],
  ['the handle of another key', () => changed('active', { handle: rowIn('published').handle })],
  ['the handle of another provider', () => changed('active', { handle: 'pkcs11:00' })],
  ['a key that signs longer', () => changed('active', { sign_not_after: 9e12 })],
  ['a key that verifies longer', () => changed('deactivated', { verify_until: 9e12 })],
  ['a key that verifies no longer', () => changed('deactivated', { verify_until: 1 })],
  ['a standby that was published long ago', () => changed('published', { published_at: 1 })],
  ['a standby that need not wait', () => changed('published', { publish_ahead_seconds: 0 })],
  ['longer tokens', () => changed('active', { max_token_lifetime_seconds: 90_000 })],
  ['no leeway', () => changed('active', { leeway_seconds: 0 })],
  ['a longer lease', () => changed('active', { signing_lease_seconds: 90_000 })],
  ['another clock error', () => changed('active', { clock_error_seconds: 0.5 })],
  ['an activation that came later', () => changed('active', { activated_at: 9e12 })],
  ['another age', () => changed('active', { created_at: 1 })],
  ['a retirement that never was', () => changed('deactivated', { deactivated_at: 1 })],
  ['a key revived: the retired one signs again', revived],
  ['a retired key put back among the standbys', () => changed('deactivated', { state: 'published' }, 'published')],
  ['a living key called compromised', () => changed('active', { state: 'compromised' })],
  ['a living key called destroyed', () => changed('active', { state: 'destroyed', destroyed_at: 1 })],
  ['a living key called unmade', () => changed('published', { state: 'generating' })],
  ['another algorithm', () => changed('active', { algorithm: 'PS256' })],
  [
    'another issuer: the row is gone from this one',
    async () => {
      await database.db
        .insertInto('keyset')
        .values({ issuer: 'https://b', epoch: 1, version: 0, digest: '' })
        .execute();
      return changed('active', { issuer: 'https://b' });
    },
  ],
  ['a retired key removed', () => removed('deactivated')],
  ['the standby removed', () => removed('published')],
  ['the signer removed', () => removed('active')],
  [
    'an old version of the row, once genuine',
    () =>
      changed(
        'active',
        { ...rowIn('active'), state: 'published', activated_at: null, sign_not_after: null, verify_until: null },
        'published',
      ),
  ],
];

/** @param vacate a state of which there may be one row only: that one goes first */
async function changed(state: string, change: Partial<Row>, vacate?: string): Promise<string> {
  const row = rowIn(state);
  if (vacate) await database.db.deleteFrom('signing_key').where('id', '=', rowIn(vacate).id).execute();
  await set(row, change);
  return row.id;
}

async function revived(): Promise<string> {
  await set(rowIn('active'), { state: 'deactivated', deactivated_at: 1 });
  await set(rowIn('deactivated'), { state: 'active', deactivated_at: null, sign_not_after: 9e12, verify_until: 9e12 });
  return rowIn('deactivated').id;
}

async function removed(state: string): Promise<string> {
  await database.db.deleteFrom('signing_key').where('id', '=', rowIn(state).id).execute();
  return rowIn(state).id;
}

/** The envelope of a stored key as it was before the id of its row was in it. */
function asMadeBefore(row: LocalRow): LocalRow {
  const { id, issuer, algorithm, kid, ciphertext } = row;
  const envelope = { ciphertext, wraps: JSON.parse(row.wraps) as DataKeyWrap[] };
  const pkcs8 = openEnvelope(envelope, signingKeyContexts({ id, issuer, algorithm, kid }), [testKek()]);
  const older = sealEnvelope(pkcs8, [['mintmark signing key', issuer, kid, algorithm]], [testKek()]);
  return { ...row, ciphertext: older.ciphertext, wraps: JSON.stringify(older.wraps) };
}

describe('whoever can write to the database', () => {
  it('finds before it has begun that everything signs', async () => {
    const service = await restarted();
    for (const algorithm of ['ES256', 'EdDSA'] as const)
      expect(service.ring.active(algorithm).algorithm).toBe(algorithm);
    expect(
      rows
        .filter(({ algorithm }) => algorithm === 'ES256')
        .map(({ state }) => state)
        .sort(),
    ).toEqual(['active', 'deactivated', 'published']);
    expect(TAMPERINGS.length).toBeGreaterThanOrEqual(20);
  });

  it.each(TAMPERINGS)(
    'gains nothing by %s: the row is named, its algorithm sealed, the other goes on',
    async (_what, tamper) => {
      const id = await tamper();
      const before = await signingKeys();
      const local = await database.db.selectFrom('local_key').select('id').execute();
      const service = start();
      const { sealed, orphans } = await service.initialise.execute();
      // The row may be put back, and then its key is wanted.
      expect(orphans).toEqual([]);
      expect(sealed).toContainEqual(
        expect.objectContaining({
          algorithm: 'ES256',
          reason: expect.stringContaining(`the row ${id} of signing_key`),
        }),
      );
      expect(() => service.ring.active('ES256')).toThrow(expect.objectContaining({ code: 'SIGNING_SEALED' }));
      expect(service.ring.active('EdDSA').algorithm).toBe('EdDSA');
      // Nothing is served that was not written by Mintmark, and nothing is made, used or destroyed in its place.
      const genuine = rows.map(({ kid }) => kid);
      for (const kid of servedKids(service)!) expect(genuine).toContain(kid);
      const tampered = (await signingKeys()).filter(({ algorithm }) => algorithm !== 'EdDSA');
      expect(tampered).toEqual(before.filter(({ algorithm }) => algorithm !== 'EdDSA'));
      expect(await database.db.selectFrom('local_key').select('id').execute()).toEqual(local);
    },
  );

  it.each(['', 'x', '{}', 'null', '[null]', '[1]', '[{}]', '[{"kekId":"KEK","wrappedKey":1}]', '[{"kekId":"KEK"}]'])(
    'gains nothing by wraps that are none (%s): the algorithm is sealed, the other goes on',
    async (wraps) => {
      const { handle } = rowIn('active');
      await database.db
        .updateTable('local_key')
        .set({ wraps: wraps.replace('KEK', testKek().id) })
        .where('id', '=', handle!.slice('local:'.length))
        .execute();
      const service = await restarted();
      expect(() => service.ring.active('ES256')).toThrow(expect.objectContaining({ code: 'SIGNING_SEALED' }));
      expect(service.ring.active('EdDSA').algorithm).toBe('EdDSA');
    },
  );

  it('gains nothing by a trigger that changes what is being written: the seal is of what Mintmark wrote', async () => {
    const jwk = foreign();
    await sql
      .raw(
        `create trigger evil after update of state on signing_key
         when new.state = 'published' and new.algorithm = 'ES256' begin
           update or ignore signing_key set kid = '${jwk.kid}', public_jwk = '${JSON.stringify(jwk)}' where id = new.id;
         end`,
      )
      .execute(database.db);
    const service = await restarted();
    clock.advance(timing.rotationPeriodSeconds);
    await settle(service.rotate);
    await service.refresh.execute();
    for (const replica of [service, await restarted()]) {
      expect(servedKids(replica)).not.toContain(jwk.kid);
      expect(() => replica.ring.active('ES256')).toThrow(expect.objectContaining({ code: 'SIGNING_SEALED' }));
    }
  });

  it.each([
    ['which an earlier version made, that did not name the row', true],
    ['as it was kept', false],
  ])('cannot have a destroyed key made the next one, %s', async (_what, withoutRow) => {
    const service = await restarted();
    const { kid } = rowIn('deactivated');
    const kept = await database.db.selectFrom('local_key').selectAll().where('kid', '=', kid).executeTakeFirstOrThrow();
    const old = withoutRow ? asMadeBefore(kept) : kept;
    clock.advance(timing.rotationPeriodSeconds / 2);
    await settle(service.rotate);
    expect(await database.db.selectFrom('local_key').selectAll().where('kid', '=', kid).execute()).toEqual([]);
    // Its row is of no use any more, and in the way of what is planted.
    await database.db.deleteFrom('signing_key').where('kid', '=', kid).execute();
    const bytes = Buffer.from(old.ciphertext).toString('hex');
    await sql
      .raw(
        `create trigger evil after insert on signing_key when new.state = 'generating' and new.algorithm = 'ES256' begin
           insert into local_key (id, issuer, algorithm, kid, ciphertext, wraps, created_at)
           values (new.id, '${old.issuer}', '${old.algorithm}', '${old.kid}', x'${bytes}', '${old.wraps}', 1);
         end`,
      )
      .execute(database.db);
    clock.advance(timing.rotationPeriodSeconds);
    const { blocked } = await settle(service.rotate);
    expect(blocked).toMatchObject([{ transition: 'publish', algorithm: 'ES256' }]);
    if (withoutRow) expect(blocked[0]?.reason).toContain(`(${kid}): somebody put it back`);
    expect(servedKids(await restarted())).not.toContain(kid);
    // The way out that is named.
    await sql.raw('drop trigger evil').execute(database.db);
    await database.db.deleteFrom('local_key').where('kid', '=', kid).execute();
    expect((await settle(service.rotate)).blocked).toEqual([]);
  });

  it('undoes it by putting the row back', async () => {
    await set(rowIn('active'), { sign_not_after: 9e12 });
    const service = await restarted();
    expect(() => service.ring.active('ES256')).toThrow();
    await set(rowIn('active'), rowIn('active'));
    await service.refresh.execute();
    expect(service.ring.active('ES256').kid).toBe(rowIn('active').kid);
  });

  it('does not stop the other algorithm from being rotated, and that hides nothing', async () => {
    await set(rowIn('active'), { sign_not_after: 9e12 });
    const service = await restarted();
    clock.advance(timing.rotationPeriodSeconds + timing.publishAheadSeconds);
    await settle(service.rotate);
    await service.refresh.execute();
    expect(service.ring.active('EdDSA').kid).not.toBe(rowIn('active', 'EdDSA').kid);
    expect(() => service.ring.active('ES256')).toThrow(expect.objectContaining({ code: 'SIGNING_SEALED' }));
  });

  it.each([
    ['another version', { version: 99 }],
    ['another epoch', { epoch: 9 }],
    ['another digest', { digest: 'x' }],
    ['another first activation', { first_activated_at: null }],
    ['another list of rows', { key_rows: '{}' }],
    ['no list of rows', { key_rows: null }],
    ['no seal', { mac: null }],
    ['an empty seal', { mac: '' }],
  ])('with %s in the row of the key set gets the whole set refused', async (_what, change) => {
    await database.db.updateTable('keyset').set(change).execute();
    const service = start();
    const { unverified } = await service.initialise.execute();
    expect(unverified).toMatch(/in keyset was changed outside Mintmark/);
    expect(servedKids(service)).toBeUndefined();
    expect(() => service.ring.active('EdDSA')).toThrow();
  });

  const beginAnew = { version: 0, digest: digestOfKeys([]), first_activated_at: null, key_rows: null, mac: null };
  const withoutRows = async (...tables: ('signing_key' | 'key_event' | 'local_key')[]) => {
    for (const table of tables) await database.db.deleteFrom(table).execute();
  };

  it.each([
    [
      'the epoch of a set that is to begin anew',
      async () => {
        await withoutRows('signing_key', 'key_event', 'local_key');
        await database.db
          .updateTable('keyset')
          .set({ ...beginAnew, epoch: 9 })
          .execute();
      },
    ],
    [
      'another digest of a set that is to begin anew',
      async () => {
        await withoutRows('signing_key', 'key_event', 'local_key');
        await database.db
          .updateTable('keyset')
          .set({ ...beginAnew, digest: 'x' })
          .execute();
      },
    ],
    [
      'a set that is to begin anew beside the keys of before',
      async () => {
        await withoutRows('signing_key', 'key_event');
        await database.db.updateTable('keyset').set(beginAnew).execute();
      },
    ],
    [
      'a set that is to begin anew beside the record of before',
      async () => {
        await withoutRows('signing_key', 'local_key');
        await database.db.updateTable('keyset').set(beginAnew).execute();
      },
    ],
    [
      'no row of the set beside the keys of before',
      async () => {
        await withoutRows('signing_key', 'key_event');
        await database.db.deleteFrom('keyset').execute();
      },
    ],
    [
      'the first seal of all, kept since',
      async () => {
        const empty = await openMemory(clock);
        const other = replica({ database: empty, clock });
        await other.repository.transact(() => undefined);
        const first = await empty.db.selectFrom('keyset').selectAll().executeTakeFirstOrThrow();
        await empty.close();
        expect(first.mac).not.toBeNull();
        await withoutRows('signing_key', 'key_event');
        await database.db.updateTable('keyset').set(first).execute();
      },
    ],
  ])('with %s gets the whole set refused', async (_what, tamper) => {
    await tamper();
    const service = start();
    const { unverified } = await service.initialise.execute();
    expect(unverified).toMatch(/in keyset was changed outside Mintmark/);
    await expect(service.repository.transact(() => undefined)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
    expect(servedKids(service)).toBeUndefined();
    expect(() => service.ring.active('EdDSA')).toThrow();
    expect(await signingKeys()).toEqual([]);
  });

  it('leaves a set that an earlier version began, and did not seal before its first key, as good as any', async () => {
    const empty = await openMemory(clock);
    const unsealed = { issuer: ISSUER, epoch: 1, version: 0, digest: digestOfKeys([]) };
    await empty.db.insertInto('keyset').values(unsealed).execute();
    const service = replica({ database: empty, clock });
    expect(await service.initialise.execute()).toMatchObject({ blocked: [], sealed: [] });
    expect(service.ring.active('ES256').algorithm).toBe('ES256');
    await empty.close();
  });

  it('cannot have a new key of the seals made by removing the old one', async () => {
    const empty = await openMemory(clock);
    const open = (kek = testKek()) => storedSeal(empty, [kek]);
    const parts = ['a', 'b'];
    const first = await open();
    expect((await open()).mac(parts)).toBe(first.mac(parts));
    expect((await open()).mac(['ab', ''])).not.toBe(first.mac(parts));
    await replica({ database: empty, clock, seal: first }).initialise.execute();
    const stranger = await open(testKek(99));
    expect(() => stranger.mac(parts)).toThrow(expect.objectContaining({ code: 'KEY_ENCRYPTION_UNAVAILABLE' }));

    await empty.db.deleteFrom('digest_key').execute();
    const second = replica({ database: empty, clock, seal: await open() });
    expect((await second.initialise.execute()).unverified).toMatch(/key-set .* is gone from the database/);
    expect(servedKids(second)).toBeUndefined();
    expect(await empty.db.selectFrom('digest_key').selectAll().execute()).toEqual([]);
    await empty.close();
  });
});
