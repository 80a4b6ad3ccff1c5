import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeSigningInput, joinCompact, signCompact } from '@mintmark/jws';
import { newKey } from '@mintmark/testing';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { NOMINAL_TIMING as timing } from '../../apps/token-service/src/core/model/timing.ts';
import type { SigningKey } from '../../apps/token-service/src/core/model/signing-key.ts';
import { KeyInquiry } from '../../apps/token-service/src/core/revocation/key-inquiry.ts';
import { OwnTokens } from '../../apps/token-service/src/core/revocation/own-tokens.ts';
import { ISSUER, keyIn, keySet, openMemory, replica, type Replica } from './key-lab.ts';
import { ManualClock } from './manual-clock.ts';

/** `--fresh-key`, where the standby is lost too: one replica signs with a key before another can have heard of it. */
describe('a token by a key that this replica has not heard of', () => {
  let clock: ManualClock;
  let database: Database;
  let signing: Replica;
  let tokens: OwnTokens;
  let isCutOff: boolean;
  let questions: number;
  let otherKeys: Map<string, SigningKey>;

  beforeEach(async () => {
    [isCutOff, questions, otherKeys] = [false, 0, new Map()];
    clock = new ManualClock();
    database = await openMemory(clock);
    const here = replica({
      ...{ database, clock },
      wrapRepository: (real) => ({
        load: () => real.load(),
        version: () => {
          questions += 1;
          return isCutOff ? Promise.reject(new Error('no route to the database')) : real.version();
        },
        transact: (decide) => real.transact(decide),
        releaseHandle: (id) => real.releaseHandle(id),
      }),
    });
    signing = replica({ database, clock });
    for (const each of [here, signing]) await each.initialise.execute();
    tokens = new OwnTokens({
      issuer: ISSUER,
      rings: [new KeyInquiry({ ring: here.ring, refreshKeyRing: here.refresh, clock, timing })],
      otherRings: [{ find: (kid) => otherKeys.get(kid) }],
    });
    clock.advance(timing.pollSeconds / 2);
    questions = 0;
  });
  afterEach(() => database.close());

  const now = () => Math.floor(clock.now().getTime() / 1000);
  const freshToken = async () => {
    for (const state of ['published', 'active'] as const) {
      const { kid } = keyIn(await keySet(database), state);
      const order = { target: { kid }, scope: 'key', reason: 'a drill', withoutStandby: 'fresh-key' } as const;
      await signing.compromise.execute(order, 'ann');
    }
    const key = signing.ring.active('ES256');
    const header = { alg: 'ES256', kid: key.kid, typ: 'at+jwt' };
    const input = encodeSigningInput(header, { iss: ISSUER, client_id: 'orders', jti: 'j1', iat: now() });
    return joinCompact(input, await key.sign(Buffer.from(input, 'ascii')));
  };
  const strangers = (claims: object = {}) => {
    const { kid, privateKey } = newKey('ES256');
    const header = { alg: 'ES256', kid, typ: 'at+jwt' } as const;
    return signCompact(header, { iss: ISSUER, iat: now(), ...claims }, privateKey);
  };
  const unavailable = { code: 'REVOCATIONS_UNAVAILABLE' };

  it('is known for what it is: the database is asked', async () => {
    const token = await freshToken();
    await expect(tokens.read(token)).resolves.toMatchObject({ claims: { client_id: 'orders', jti: 'j1' } });
    await tokens.read(token);
    expect(questions).toBe(1);
  });

  it('is known to those too who wait for the same answer', async () => {
    const token = await freshToken();
    const read = await Promise.all([1, 2, 3].map(() => tokens.read(token)));
    expect(read).toEqual([1, 2, 3].map(() => expect.objectContaining({ claims: expect.anything() })));
    expect(questions).toBe(1);
  });

  it('is not said to be none of ours while the database cannot be asked, however long', async () => {
    isCutOff = true;
    const token = await freshToken();
    await expect(tokens.read(token)).rejects.toMatchObject(unavailable);
    clock.advance(timing.signingLeaseSeconds + 1);
    await expect(tokens.read(token)).rejects.toMatchObject(unavailable);
    isCutOff = false;
    clock.advance(timing.pollSeconds);
    await expect(tokens.read(token)).resolves.toMatchObject({ claims: { jti: 'j1' } });
  });

  it("a stranger's is none of ours once the database has answered, and is asked for once in a poll", async () => {
    await expect(tokens.read(strangers())).resolves.toBeUndefined();
    for (let n = 0; n < 20; n++) await expect(tokens.read(strangers())).rejects.toMatchObject(unavailable);
    expect(questions).toBe(1);
    clock.advance(timing.pollSeconds);
    const atOnce = await Promise.allSettled(Array.from({ length: 20 }, () => tokens.read(strangers())));
    expect(atOnce.map(({ status }) => status).filter((status) => status === 'fulfilled')).toHaveLength(1);
    expect(questions).toBe(2);
  });

  it.each<[string, object]>([
    ['issued before this replica last heard, by any clock', { iat: 2 * timing.clockErrorSeconds + 3 }],
    ['issued later than any clock can show', { iat: -2 * timing.clockErrorSeconds - 2 }],
    ['issued at what is no time', { iat: -1e300 }],
    ['of another issuer', { iss: 'https://other.internal' }],
    ['that does not say when it was issued', { iat: null }],
  ])('one %s is none of ours, and nothing is asked', async (_name, claims) => {
    isCutOff = true;
    const { iat } = claims as { iat?: number | null };
    const read = tokens.read(strangers({ ...claims, ...(typeof iat === 'number' && { iat: now() - iat }) }));
    await expect(read).resolves.toBeUndefined();
    expect(questions).toBe(0);
  });

  it.each([-2, 2])('but one issued within what clocks may be wrong is asked for', async (errors) => {
    isCutOff = true;
    const read = tokens.read(strangers({ iat: now() + errors * timing.clockErrorSeconds }));
    await expect(read).rejects.toMatchObject(unavailable);
  });

  it('nor is anything asked for one of a ring that is held, and signs other tokens', async () => {
    const token = await freshToken();
    const { kid } = keyIn(await keySet(database), 'active');
    otherKeys.set(kid, keyIn(await keySet(database), 'active'));
    isCutOff = true;
    await expect(tokens.read(token)).resolves.toBeUndefined();
    expect(questions).toBe(0);
  });
});
