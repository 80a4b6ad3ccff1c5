import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { SqlRevocationStore } from '../../apps/token-service/src/adapters/sql/revocation-store.ts';
import { SqlVerifierAcks } from '../../apps/token-service/src/adapters/sql/verifier-acks.ts';
import {
  NOMINAL_WATCH_TIMING,
  VerifierReports,
} from '../../apps/token-service/src/core/keys/distribution/watch/verifier-reports.ts';
import { NOMINAL_TIMING } from '../../apps/token-service/src/core/model/timing.ts';
import { isHeldByAll } from '../../apps/token-service/src/core/model/verifier-evidence.ts';
import { keyIn, keySet, openMemory, plannedAdministration, replica, settle, type Replica } from './key-lab.ts';
import { clockOff, ManualClock } from './manual-clock.ts';
import { OPERATOR, VerifierCrowd } from './verifier-crowd.ts';

const MINUTE = 60;
const EARLY = 10 * MINUTE;
const P = 60 * MINUTE;

let clock: ManualClock;
let database: Database;

beforeEach(async () => {
  clock = new ManualClock();
  database = await openMemory(clock);
});
afterEach(() => database.close());

/** A replica whose standby was published this moment, and verifiers that watch. */
async function start({ early = true } = {}): Promise<{ issuer: Replica; crowd: VerifierCrowd }> {
  const issuer = replica({ database, clock, early });
  await issuer.initialise.execute();
  await settle(issuer.rotate);
  await issuer.refresh.execute();
  return { issuer, crowd: await VerifierCrowd.gather(database, issuer, clock) };
}

/** Time passes as it does for a service: contact with the database, heartbeats, and what verifiers say is written down. */
async function pass(seconds: number, { issuer, crowd }: { issuer: Replica; crowd: VerifierCrowd }): Promise<void> {
  for (let left = seconds; left > 0; left -= 15) {
    clock.advance(Math.min(15, left));
    await issuer.refresh.execute();
    crowd.watch.heartbeat();
    await new Promise(setImmediate);
    await crowd.reports.flush();
    await crowd.reports.prune();
  }
}

const rotate = (issuer: Replica) => issuer.operate.execute({ verb: 'rotate', algorithm: 'ES256' }, 'ann');

describe('a rotation by hand', () => {
  it('comes early, because every verifier has acknowledged the next key', async () => {
    const parts = await start();
    for (let pod = 1; pod <= 40; pod++) parts.crowd.join(`pod-${pod}`);
    const standby = keyIn(await keySet(database), 'published').kid;
    await pass(EARLY - 1, parts);
    expect(isHeldByAll(standby, await parts.crowd.acks.evidence([standby]))).toBe(true);
    await expect(rotate(parts.issuer)).rejects.toMatchObject({ code: 'KEYS_ROTATION_TOO_EARLY' });
    await pass(1, parts);
    await rotate(parts.issuer);
    expect(keyIn(await keySet(database), 'active').kid).toBe(standby);
  });

  it('waits because a single one, named, has not; and goes on without it after P', async () => {
    const parts = await start();
    for (let pod = 1; pod <= 39; pod++) parts.crowd.join(`pod-${pod}`);
    parts.crowd.join('pod-mute', { mute: true });
    await pass(EARLY, parts);
    await expect(rotate(parts.issuer)).rejects.toMatchObject({
      code: 'KEYS_ROTATION_TOO_EARLY',
      message: expect.stringContaining('acknowledged it: inventory-operator for inventory, pod-mute/process-1.'),
    });
    const kid = keyIn(await keySet(database), 'published').kid;
    const planned = plannedAdministration({ database, clock, service: parts.issuer });
    await expect(planned.rotateKeys({ ring: 'public', algorithm: 'ES256' })).resolves.toMatchObject({
      refusal: {
        waitsFor: 'publish-ahead',
        laggards: [{ kid, resource: 'inventory', instance: 'pod-mute/process-1' }],
      },
    });
    await pass(P - EARLY - 1, parts);
    await expect(rotate(parts.issuer)).rejects.toMatchObject({ code: 'KEYS_ROTATION_TOO_EARLY' });
    await pass(1, parts);
    await rotate(parts.issuer);
  });

  it.each(['a replica', 'the database'])('waits for it although the clock of %s leapt', async (whose) => {
    const parts = await start();
    const pods = Array.from({ length: 39 }, (_, pod) => parts.crowd.join(`pod-${pod}`));
    parts.crowd.join('pod-mute', { mute: true });
    await pass(15, parts);
    const leapt = clockOff(clock, () => 86_400);
    const databaseTime = () => Promise.resolve(leapt.now());
    const seen =
      whose === 'a replica'
        ? { ...database, clock: leapt }
        : { ...database, dialect: { ...database.dialect, databaseTime } };
    const reports = { acks: new SqlVerifierAcks(seen), clock: seen.clock, timing: NOMINAL_WATCH_TIMING };
    await new VerifierReports(reports).prune();
    await pass(5 * MINUTE, parts);
    for (const pod of pods) pod.acknowledgeLast();
    await pass(EARLY - 5 * MINUTE - 15, parts);
    await expect(rotate(parts.issuer)).rejects.toMatchObject({
      message: expect.stringContaining('pod-mute/process-1'),
    });
  });

  it('does not wait for one that said goodbye', async () => {
    const parts = await start();
    parts.crowd.join('pod-1');
    const mute = parts.crowd.join('pod-mute', { mute: true });
    await pass(EARLY, parts);
    await expect(rotate(parts.issuer)).rejects.toThrow('pod-mute');
    mute.stream.goodbye();
    await pass(1, parts);
    await rotate(parts.issuer);
  });

  it('waits for one whose stream broke: it may be alive', async () => {
    const parts = await start();
    parts.crowd.join('pod-1');
    const mute = parts.crowd.join('pod-mute', { mute: true });
    await pass(30, parts);
    mute.stream.gone();
    await pass(EARLY, parts);
    await expect(rotate(parts.issuer)).rejects.toThrow('pod-mute');
  });

  it('waits for one that has begun anew, until it says again what it holds', async () => {
    const parts = await start();
    parts.crowd.join('pod-1');
    await pass(EARLY, parts);
    parts.crowd.join('pod-1', { mute: true });
    await pass(1, parts);
    await expect(rotate(parts.issuer)).rejects.toThrow('pod-1');
  });

  it('waits for each of those that bear one name, whichever of them says goodbye', async () => {
    const parts = await start();
    parts.crowd.join('pod-1', { process: 'process-1' });
    parts.crowd.join('pod-1', { process: 'process-2', mute: true });
    await pass(EARLY, parts);
    await expect(rotate(parts.issuer)).rejects.toThrow('pod-1/process-2');
    const third = parts.crowd.join('pod-1', { process: 'process-3' });
    await pass(15, parts);
    third.stream.goodbye();
    await pass(15, parts);
    await expect(rotate(parts.issuer)).rejects.toThrow('pod-1/process-2');
    expect((await parts.crowd.acks.evidence([])).watching).toBe(2);
  });

  it('does not come early for what was acknowledged under a key that is compromised since', async () => {
    const parts = await start();
    const member = parts.crowd.join('pod-1', { kid: 'stolen' });
    await pass(EARLY, parts);
    member.stream.gone(); // It cannot be told any more.
    const order = { verb: 'revoke', kind: 'key', id: 'stolen' } as const;
    await new SqlRevocationStore(database, NOMINAL_TIMING).record(order, { actor: 'ann' });
    await expect(rotate(parts.issuer)).rejects.toThrow('pod-1');
    parts.crowd.join('pod-1', { kid: 'sound' });
    await pass(15, parts);
    await rotate(parts.issuer);
  });

  it('waits for P where all that was acknowledged is of a client that is disabled', async () => {
    const parts = await start();
    parts.crowd.join('pod-1').stream.gone();
    await pass(EARLY, parts);
    await database.db.updateTable('client').set({ disabled: 1 }).execute();
    await expect(rotate(parts.issuer)).rejects.toMatchObject({ code: 'KEYS_ROTATION_TOO_EARLY' });
    await database.db.updateTable('client').set({ disabled: 0 }).execute();
    await pass(15, parts);
  });

  it('waits for one that came in between the decision and the lock', async () => {
    const parts = await start();
    parts.crowd.join('pod-1');
    await pass(EARLY, parts);
    const late = {
      verifier: { client: OPERATOR, resource: 'inventory', instance: 'late' },
      token: { tokenId: 'token of late', kid: 'kid' },
    };
    const issuer = replica({
      ...{ database, clock, early: true },
      wrapRepository: (inner) => ({
        load: () => inner.load(),
        version: () => inner.version(),
        releaseHandle: (id) => inner.releaseHandle(id),
        transact: async (decide) => {
          await parts.crowd.acks.record([{ ...late, held: undefined, heardAt: clock.now() }]);
          return inner.transact(decide);
        },
      }),
    });
    await expect(rotate(issuer)).rejects.toThrow(`${OPERATOR} for inventory, late`);
  });

  it('waits for P where nobody watches', async () => {
    const parts = await start();
    await pass(P - 1, parts);
    await expect(rotate(parts.issuer)).rejects.toMatchObject({ code: 'KEYS_ROTATION_TOO_EARLY' });
    await pass(1, parts);
    await rotate(parts.issuer);
  });

  it('waits for P where foreign verifiers are possible, whoever has acknowledged', async () => {
    const parts = await start({ early: false });
    parts.crowd.join('pod-1');
    await pass(P - 1, parts);
    await expect(rotate(parts.issuer)).rejects.toMatchObject({ code: 'KEYS_ROTATION_TOO_EARLY' });
  });
});

describe('a rotation by the schedule', () => {
  it('that is due waits for verifiers as one by hand does, and comes early when all of them have acknowledged', async () => {
    const hourly = { ...NOMINAL_TIMING, rotationPeriodSeconds: P };
    const issuer = replica({ database, clock, early: true, timing: hourly });
    await issuer.initialise.execute();
    const parts = { issuer, crowd: await VerifierCrowd.gather(database, issuer, clock) };
    parts.crowd.join('pod-1');
    await pass(P - 5 * MINUTE, parts);
    await issuer.operate.execute({ verb: 'destroy', kid: keyIn(await keySet(database), 'published').kid }, 'ann');
    await settle(issuer.rotate);
    const standby = keyIn(await keySet(database), 'published').kid;
    await pass(EARLY - 1, parts);
    await settle(issuer.rotate);
    expect(keyIn(await keySet(database), 'published').kid).toBe(standby);
    await pass(1, parts);
    await settle(issuer.rotate);
    expect(keyIn(await keySet(database), 'active').kid).toBe(standby);
  });
});

describe('an acknowledgement', () => {
  it('counts only while the client operates the resource', async () => {
    const parts = await start();
    const member = parts.crowd.join('pod-1');
    await pass(15, parts);
    await parts.crowd.operatedBy('another');
    await pass(15, parts);
    expect([member.ended, parts.crowd.refusals]).toEqual(['WATCH_RESOURCE_DENIED', ['resource-denied']]);
  });

  it.each([
    ['its token', 'token of pod-1', 0],
    ['its client', OPERATOR, 0],
    ['the key that signed its token, and its verifier is waited for,', 'stolen', 1],
  ])('is dropped, with its stream, when %s is revoked', async (_, id, watching) => {
    const parts = await start();
    const member = parts.crowd.join('pod-1', { kid: 'stolen', mute: true });
    await pass(15, parts);
    parts.crowd.revoke(id);
    member.acknowledgeLast();
    clock.advance(0.4);
    parts.crowd.watch.endRevoked();
    const told = member.events.length;
    const { kid } = keyIn(await keySet(database), 'published');
    await parts.issuer.operate.execute({ verb: 'destroy', kid }, 'ann');
    expect([member.ended, member.events.at(told)?.kind]).toEqual(['open', 'key-set']);
    clock.advance(0.1);
    parts.crowd.watch.endRevoked();
    expect([member.ended, parts.crowd.refusals]).toEqual(['WATCH_REVOKED', ['revoked']]);
    await pass(15, parts);
    const evidence = await parts.crowd.acks.evidence([]);
    expect([evidence.watching, evidence.holding.size]).toEqual([watching, 0]);
    expect(parts.crowd.join('pod-2', { tokenId: 'token of pod-1', kid: 'stolen' }).ended).toBe('WATCH_REVOKED');
  });

  it('of a client that is disabled counts no more, though the heartbeat is still to come', async () => {
    const parts = await start();
    const member = parts.crowd.join('pod-1', { mute: true });
    await pass(15, parts);
    parts.crowd.disable(OPERATOR);
    member.acknowledgeLast();
    await parts.crowd.reports.flush();
    expect((await parts.crowd.acks.evidence([])).watching).toBe(0);
    await pass(1, parts);
    expect(member.ended).toBe('WATCH_REVOKED');
  });

  it('is dropped when its verifier must have stopped trusting anything', async () => {
    const parts = await start();
    const member = parts.crowd.join('pod-1');
    await pass(15, parts);
    member.stream.gone();
    expect((await parts.crowd.acks.evidence([])).watching).toBe(1);
    await pass(3_900, parts);
    expect((await parts.crowd.acks.evidence([])).watching).toBe(1);
    await pass(15, parts);
    expect((await parts.crowd.acks.evidence([])).watching).toBe(0);
  });
});

describe('a cut-off replica', () => {
  it('says so: as_of stands still, and at last it ends every stream', async () => {
    const { issuer, crowd } = await start();
    const member = crowd.join('pod-1');
    await issuer.refresh.execute();
    const opened = member.events[0]!.asOf;
    for (let seconds = 15; seconds <= 495; seconds += 15) {
      clock.advance(15);
      crowd.watch.heartbeat();
    }
    expect(new Set(member.events.map(({ asOf }) => asOf.getTime()))).toEqual(new Set([opened.getTime()]));
    expect(member.ended).toBe('open');
    clock.advance(15);
    crowd.watch.heartbeat();
    expect(member.ended).toBe('SIGNING_LEASE_LAPSED');
  });
});

describe('a stream', () => {
  it('whose verifier takes nothing gets the newest alone, and is ended', async () => {
    const parts = await start();
    const slow = parts.crowd.join('slow', { stuck: true, mute: true });
    const quick = parts.crowd.join('quick');
    for (let times = 0; times < 3; times++) {
      const { kid } = keyIn(await keySet(database), 'published');
      await parts.issuer.operate.execute({ verb: 'destroy', kid }, 'ann');
      await settle(parts.issuer.rotate);
      await parts.issuer.refresh.execute();
    }
    const sets = quick.events.filter(({ kind }) => kind === 'key-set');
    expect([sets.length, slow.events.length]).toEqual([7, 1]);
    slow.take();
    expect(slow.events.slice(1)).toEqual([sets.at(-1)]);
    expect(slow.events.at(-1)).toBe(sets.at(-1)); // One object, put into bytes once.
    await pass(60, parts);
    expect([slow.ended, quick.ended, parts.crowd.refusals]).toEqual(['WATCH_LIMITED', 'open', ['too-slow']]);
  });

  it('whose verifier is busy is told no heartbeat, and has missed nothing by that', async () => {
    const parts = await start();
    const busy = parts.crowd.join('busy', { stuck: true, mute: true });
    parts.crowd.watch.heartbeat();
    const { kid } = keyIn(await keySet(database), 'published');
    await parts.issuer.operate.execute({ verb: 'destroy', kid }, 'ann');
    await parts.issuer.refresh.execute();
    busy.take();
    const [before, after] = busy.events;
    expect([after?.kind, after!.sequence - before!.sequence]).toEqual(['key-set', 1]);
  });

  it('that says nothing is ended', async () => {
    const parts = await start();
    const ends: unknown[] = [];
    const token = { tokenId: 't', clientId: OPERATOR, kid: 'kid', issuedAt: new Date(0) };
    parts.crowd.watch.open(token, { send: () => undefined, end: (error) => ends.push(error) });
    await pass(60, parts);
    expect([ends, parts.crowd.refusals]).toMatchObject([[{ code: 'WATCH_MISUSED' }], ['silent']]);
  });

  it('is one of so many, for each client', async () => {
    const { issuer } = await start();
    const crowd = await VerifierCrowd.gather(database, issuer, clock, { streams: 3, streamsOfOneClient: 2 });
    const first = crowd.join('a');
    crowd.join('b');
    expect(() => crowd.join('c')).toThrow('Too many streams');
    crowd.join('d', { client: 'another' });
    expect(() => crowd.join('e', { client: 'third' })).not.toThrow();
    first.stream.goodbye();
    crowd.join('c');
    expect(crowd.refusals).toEqual(['limited', 'resource-denied', 'resource-denied']);
  });
});
