import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalKeyWraps } from '../../apps/token-service/src/adapters/signing/local/local-key-wraps.ts';
import { SqlEnvelopeStore } from '../../apps/token-service/src/adapters/sql/envelope-store.ts';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { SqlRevocationStore } from '../../apps/token-service/src/adapters/sql/revocation-store.ts';
import type { CompromiseOrder } from '../../apps/token-service/src/core/model/compromise.ts';
import { NOMINAL_TIMING as timing } from '../../apps/token-service/src/core/model/timing.ts';
import { SigningProviderError } from '../../apps/token-service/src/core/ports/signing-key-provider.ts';
import {
  keyIn,
  keySet,
  openMemory,
  providerWith,
  replica,
  servedKids,
  settle,
  statesOf,
  testKek,
  type Replica,
} from './key-lab.ts';
import { ManualClock } from './manual-clock.ts';

const P = timing.publishAheadSeconds;

let clock: ManualClock;
let database: Database;
let service: Replica;

beforeEach(async () => {
  clock = new ManualClock();
  database = await openMemory(clock);
  service = replica({ database, clock });
  await service.initialise.execute();
});
afterEach(() => database.close());

function orderFor(kid: string, change: Partial<CompromiseOrder> = {}): CompromiseOrder {
  return { target: { kid }, scope: 'key', reason: 'laptop stolen', withoutStandby: 'refuse', ...change };
}

const ELSEWHERE = testKek(9);

/** The standby lies under another key-encryption key than the others, and verifiers hold it. */
async function standbyElsewhere() {
  const keks = [ELSEWHERE, testKek()] as const;
  service = replica({ database, clock, kek: keks[0], moreKeks: [keks[1]] });
  await service.initialise.execute();
  const standby = keyIn(await keySet(database), 'published');
  const wraps = new LocalKeyWraps({ store: new SqlEnvelopeStore(database), keks });
  const wrapped = (await wraps.wrapped()).find(({ id }) => standby.handle.endsWith(id))!;
  await wraps.add(wrapped, keks[0].id);
  await wraps.drop(wrapped, keks[1].id);
  clock.advance(P);
  await service.refresh.execute();
  return standby;
}

const signer = async () => keyIn(await keySet(database), 'active').kid;
const events = () => database.db.selectFrom('key_event').selectAll().orderBy('version').execute();
const code = (code: string) => expect.objectContaining({ code });

describe('a compromise', () => {
  it('takes the key out of the set and lets its standby sign, in one step with one event', async () => {
    clock.advance(P);
    const kid = await signer();
    const before = await keySet(database);
    const done = await service.compromise.execute(orderFor(kid), 'ann');
    expect(done.set.version).toBe(before.version + 1);
    expect(servedKids(service)).toEqual([keyIn(before, 'published').kid]);
    expect(service.ring.active('ES256').kid).toBe(keyIn(before, 'published').kid);
    expect((await events()).at(-1)).toMatchObject({
      transition: 'compromise',
      actor: 'ann',
      reason: 'compromised (key): laptop stolen',
    });
  });

  it('is told to verifiers as a revocation, in the same transaction, for longer than any of them may hold the key', async () => {
    clock.advance(P);
    const kid = await signer();
    const revocations = new SqlRevocationStore(database, timing);
    expect((await revocations.load()).value).toMatchObject({ sequence: 0, revocations: [] });
    await service.compromise.execute(orderFor(kid), 'ann');
    const { sequence, revocations: told } = (await revocations.load()).value;
    expect([sequence, told.map(({ kind, id }) => [kind, id])]).toEqual([1, [['key', kid]]]);
    expect(told[0]!.until.getTime() - clock.now().getTime()).toBeGreaterThan(3 * timing.rotationPeriodSeconds * 1000);
    clock.advance(P);
    await service.compromise.execute(orderFor(await signer(), { withoutStandby: 'seal' }), 'ann');
    expect((await revocations.load()).value.sequence).toBe(2);
  });

  it('stops a token that was signed with it and had not left yet, and every replica with its next poll', async () => {
    clock.advance(P);
    const other = replica({ database, clock });
    await other.refresh.execute();
    const key = other.ring.active('ES256');
    await service.refresh.execute();
    const own = service.ring.active('ES256');
    await service.compromise.execute(orderFor(key.kid), 'ann');
    expect(() => service.ring.release('token', own)).toThrow(code('SIGNING_LEASE_LAPSED'));
    await other.refresh.execute();
    expect(() => other.ring.release('token', key)).toThrow(code('SIGNING_LEASE_LAPSED'));
  });

  it('is shown until no verifier can accept the key, and then it is destroyed: trust never comes back', async () => {
    clock.advance(P);
    const kid = await signer();
    await service.compromise.execute(orderFor(kid), 'ann');
    await settle(service.rotate);
    clock.advance(3_589);
    await settle(service.rotate);
    expect(statesOf(await keySet(database))).toEqual({ compromised: 1, active: 1, published: 1 });
    for (const verb of ['activate', 'deactivate', 'destroy'] as const)
      await expect(service.operate.execute({ verb, kid }, 'ann')).rejects.toEqual(code('KEYS_STATE_WRONG'));
    clock.advance(2);
    await settle(service.rotate);
    expect(statesOf(await keySet(database))).toEqual({ active: 1, published: 1 });
  });

  it('of a standby or of a retired key changes nothing about who signs', async () => {
    const kid = await signer();
    await service.compromise.execute(orderFor(keyIn(await keySet(database), 'published').kid), 'ann');
    expect(await signer()).toBe(kid);
    await settle(service.rotate);
    clock.advance(P);
    await service.operate.execute({ verb: 'rotate', algorithm: 'ES256' }, 'ann');
    await service.compromise.execute(orderFor(kid), 'ann');
    expect(servedKids(service)).not.toContain(kid);
  });

  it('of what is not there, or was done, is refused', async () => {
    await expect(service.compromise.execute(orderFor('nobody'), 'ann')).rejects.toEqual(code('KEYS_KID_UNKNOWN'));
    clock.advance(P);
    const kid = await signer();
    await service.compromise.execute(orderFor(kid), 'ann');
    await expect(service.compromise.execute(orderFor(kid), 'ann')).rejects.toEqual(code('KEYS_ALREADY_DONE'));
  });

  it('is carried out once, whoever gives the order at the same moment', async () => {
    clock.advance(P);
    const kid = await signer();
    const both = [service, replica({ database, clock })].map((each) => each.compromise.execute(orderFor(kid), 'ann'));
    const outcomes = await Promise.allSettled(both);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await events()).filter(({ transition }) => transition === 'compromise')).toHaveLength(1);
  });
});

describe('a compromise without a standby that verifiers hold', () => {
  it('is refused, with the choice in words, and changes nothing', async () => {
    const before = await keySet(database);
    await expect(service.compromise.execute(orderFor(await signer()), 'ann')).rejects.toMatchObject({
      code: 'KEYS_COMPROMISE_CHOICE',
      message: expect.stringContaining('seal'),
      told: { waitsFor: 'publish-ahead' },
    });
    expect(await keySet(database)).toEqual(before);
  });

  it('and seal: nothing is signed until the standby has been published for long enough', async () => {
    const kid = await signer();
    await service.compromise.execute(orderFor(kid, { withoutStandby: 'seal' }), 'ann');
    expect(() => service.ring.active('ES256')).toThrow(code('SIGNING_SEALED'));
    expect(servedKids(service)).not.toContain(kid);
    clock.advance(P);
    await settle(service.rotate);
    await service.refresh.execute();
    expect(service.ring.active('ES256').kid).not.toBe(kid);
  });

  it('and fresh-key: the next one signs at once, and the record says that P was overridden', async () => {
    const kid = await signer();
    await service.compromise.execute(orderFor(kid, { withoutStandby: 'fresh-key' }), 'ann');
    expect(service.ring.active('ES256').kid).not.toBe(kid);
    expect((await events()).at(-1)?.reason).toContain('emergency override of the time to publish ahead: ES256');
  });

  it('nor any other key: one is made and published in the same step, so that the set is never empty', async () => {
    const standby = keyIn(await keySet(database), 'published').kid;
    await service.compromise.execute(orderFor(standby), 'ann');
    const kid = await signer();
    await expect(service.compromise.execute(orderFor(kid), 'ann')).rejects.toEqual(code('KEYS_COMPROMISE_CHOICE'));
    await service.compromise.execute(orderFor(kid, { withoutStandby: 'seal' }), 'ann');
    expect(servedKids(service)).toHaveLength(1);
    expect(() => service.ring.active('ES256')).toThrow(code('SIGNING_SEALED'));
    const stored = await database.db.selectFrom('local_key').select('kid').execute();
    expect(stored.map((row) => row.kid)).toContain(servedKids(service)?.[0]);
  });

  it.each([
    ['seal', false],
    ['refuse', false],
    ['fresh-key', true],
  ] as const)('nor an active key: with %s the next is in the set, and signs: %s', async (withoutStandby, signs) => {
    const [kid, standby] = [await signer(), keyIn(await keySet(database), 'published').kid];
    await service.compromise.execute(orderFor(kid, { withoutStandby: 'seal' }), 'ann');
    const order = orderFor(standby, { withoutStandby });
    expect((await service.compromise.plan(order)).successions).toMatchObject([{ by: 'fresh-key', signs }]);
    await service.compromise.execute(order, 'ann');
    expect(servedKids(service)).toHaveLength(1);
    expect([kid, standby]).not.toContain(servedKids(service)?.[0]);
    expect(statesOf(await keySet(database))).toEqual({ compromised: 2, [signs ? 'active' : 'published']: 1 });
  });

  it('nor an active key, and a retired one is lost: the standby stays', async () => {
    clock.advance(P);
    const kid = await signer();
    await service.operate.execute({ verb: 'rotate', algorithm: 'ES256' }, 'ann');
    await settle(service.rotate);
    await service.compromise.execute(orderFor(await signer(), { withoutStandby: 'seal' }), 'ann');
    const standby = keyIn(await keySet(database), 'published').kid;
    expect((await service.compromise.execute(orderFor(kid), 'ann')).successions).toEqual([]);
    expect(servedKids(service)).toEqual([standby]);
  });

  it('nor any key that signed: the next first key of the algorithm waits, whatever was chosen', async () => {
    service = replica({ database, clock, algorithms: ['ES256', 'EdDSA'] });
    await settle(service.rotate);
    const first = (await keySet(database)).keys.find(({ algorithm }) => algorithm === 'EdDSA');
    if (first?.state !== 'published') throw new Error('the first key of an algorithm waits');
    const done = await service.compromise.execute(orderFor(first.kid, { withoutStandby: 'fresh-key' }), 'ann');
    expect(done.successions).toMatchObject([{ by: 'fresh-key', algorithm: 'EdDSA', signs: false }]);
    expect(() => service.ring.active('EdDSA')).toThrow(code('SIGNING_SEALED'));
    expect((await events()).at(-1)?.reason).not.toContain('override');
    clock.advance(P);
    await settle(service.rotate);
    await service.refresh.execute();
    expect(service.ring.active('EdDSA').algorithm).toBe('EdDSA');
  });

  it('that opens: the standby is given up, and another key is made', async () => {
    clock.advance(P);
    const broken = keyIn(await keySet(database), 'published');
    const unreadable = new SigningProviderError('KEY_UNREADABLE', 'damaged');
    service = replica({
      database,
      clock,
      wrapProvider: (real) =>
        providerWith(real, {
          publicJwk: (handle) => (handle === broken.handle ? Promise.reject(unreadable) : real.publicJwk(handle)),
        }),
    });
    await service.refresh.execute();
    const kid = await signer();
    await expect(service.compromise.execute(orderFor(kid), 'ann')).rejects.toEqual(code('KEYS_COMPROMISE_CHOICE'));
    await service.compromise.execute(orderFor(kid, { withoutStandby: 'fresh-key' }), 'ann');
    expect([broken.kid, kid]).not.toContain(await signer());
  });
});

describe('a compromised custody', () => {
  it('is refused while a new key would lie under it too', async () => {
    const order = orderFor(await signer(), { scope: 'custody', withoutStandby: 'fresh-key' });
    await expect(service.compromise.execute(order, 'ann')).rejects.toMatchObject({
      code: 'KEYS_CUSTODY_UNSOUND',
      message: expect.stringContaining(testKek().id),
    });
  });

  it('takes every key under it, and nothing is made under it again', async () => {
    const kid = await signer();
    service = replica({ database, clock, kek: testKek(9), moreKeks: [testKek()] });
    await service.initialise.execute();
    clock.advance(P);
    const order = orderFor(kid, { scope: 'custody', withoutStandby: 'fresh-key' });
    await service.compromise.execute(order, 'ann');
    expect(statesOf(await keySet(database))).toEqual({ compromised: 2, active: 1 });
    await settle(service.rotate);
    const wraps = await database.db.selectFrom('local_key').select(['kid', 'wraps']).execute();
    const signing = await signer();
    const own = wraps.filter((row) => row.kid === signing).map((row) => row.wraps);
    expect(own.join('')).toContain(testKek(9).id);
    expect(own.join('')).not.toContain(testKek().id);
    expect(wraps.filter((row) => row.wraps.includes(testKek().id))).toHaveLength(2);
  });

  it('is carried out once, whoever gives the order at the same moment', async () => {
    const kid = await signer();
    const keks = { kek: testKek(9), moreKeks: [testKek()] };
    const both = [replica({ database, clock, ...keks }), replica({ database, clock, ...keks })];
    await both[0]!.initialise.execute();
    const order = orderFor(kid, { scope: 'custody', withoutStandby: 'seal' });
    const outcomes = await Promise.all(both.map((each) => each.compromise.execute(order, 'ann')));
    expect(outcomes.map(({ lost }) => lost.length).sort()).toEqual([0, 2]);
    expect((await events()).filter(({ transition }) => transition === 'compromise')).toHaveLength(1);
  });

  it.each([
    [
      'whose wraps cannot be read',
      (kid: string) => database.db.updateTable('local_key').set({ wraps: 'nothing' }).where('kid', '=', kid).execute(),
    ],
    ['whose envelope is gone', (kid: string) => database.db.deleteFrom('local_key').where('kid', '=', kid).execute()],
  ])('takes a key, too, %s: nobody can say that it lay elsewhere', async (_which, tamper) => {
    clock.advance(timing.rotationPeriodSeconds);
    await settle(service.rotate);
    const retired = keyIn(await keySet(database), 'deactivated');
    service = replica({ database, clock, kek: testKek(9), moreKeks: [testKek()] });
    await service.refresh.execute();
    expect(servedKids(service)).toContain(retired.kid);
    await tamper(retired.kid);
    const order = orderFor(await signer(), { scope: 'custody', withoutStandby: 'fresh-key' });
    await service.compromise.execute(order, 'ann');
    expect(servedKids(service)).not.toContain(retired.kid);
  });

  it('is not condemned by an order that is refused because the standby does not open', async () => {
    const { handle } = await standbyElsewhere();
    const unreadable = new SigningProviderError('KEY_UNREADABLE', 'damaged');
    service = replica({
      ...{ database, clock, kek: ELSEWHERE, moreKeks: [testKek()] },
      wrapProvider: (real) =>
        providerWith(real, {
          publicJwk: (each) => (each === handle ? Promise.reject(unreadable) : real.publicJwk(each)),
        }),
    });
    const order = orderFor(await signer(), { scope: 'custody' });
    await expect(service.compromise.execute(order, 'ann')).rejects.toEqual(code('KEYS_COMPROMISE_CHOICE'));
    expect(await database.db.selectFrom('condemned_custody').selectAll().execute()).toEqual([]);
  });

  it.each(['[]', 'nothing'])(
    'is not taken for a single key where nobody can tell what that lies under: %s',
    async (wraps) => {
      clock.advance(P);
      const kid = await signer();
      const before = await keySet(database);
      await database.db.updateTable('local_key').set({ wraps }).where('kid', '=', kid).execute();
      const order = orderFor(kid, { scope: 'custody' });
      const refused = expect.objectContaining({
        code: 'KEYS_UNUSABLE',
        message: expect.stringContaining('another key'),
      });
      await expect(service.compromise.plan(order)).rejects.toEqual(refused);
      await expect(service.compromise.execute(order, 'ann')).rejects.toEqual(refused);
      expect(await keySet(database)).toEqual(before);
    },
  );

  it('leaves a standby alone that lies elsewhere', async () => {
    const { kid: standby } = await standbyElsewhere();
    const kid = await signer();
    await service.compromise.execute(orderFor(kid, { scope: 'custody' }), 'ann');
    expect(servedKids(service)).toEqual([standby]);
    expect(await signer()).toBe(standby);
  });
});
