import { expect } from '@jest/globals';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import type { ActiveKey } from '../../apps/token-service/src/core/keys/distribution/held-keys.ts';
import { DatabaseWitness } from '../../apps/token-service/src/core/keys/witness/database-witness.ts';
import { nextTransitions } from '../../apps/token-service/src/core/keys/lifecycle/next-transition.ts';
import type { KeyOrder } from '../../apps/token-service/src/core/keys/lifecycle/decide-order.ts';
import { RequestError } from '../../apps/token-service/src/core/model/errors.ts';
import { isLater, type KeySet, type KeySetVersion } from '../../apps/token-service/src/core/model/key-set.ts';
import type { SigningKey } from '../../apps/token-service/src/core/model/signing-key.ts';
import { exposureSeconds, httpCacheTotalSeconds, type Timing } from '../../apps/token-service/src/core/model/timing.ts';
import type { Clock } from '../../apps/token-service/src/core/ports/clock.ts';
import type { KeyRepository } from '../../apps/token-service/src/core/ports/key-repository.ts';
import { WitnessUnreadable } from '../../apps/token-service/src/core/ports/key-set-witness.ts';
import { epochOpener, forgetfulWitness, keySet, openMemory, replica, type Replica } from './key-lab.ts';
import { expectReplayable } from './key-record.ts';
import { clockOff, ManualClock } from './manual-clock.ts';
import { ServedSets } from './served-sets.ts';

/** A token on its way: signed, not yet released. */
interface Pending {
  readonly key: ActiveKey;
  readonly expiresAt: number;
}

interface Released {
  readonly kid: string;
  readonly expiresAt: number;
}

interface Machine {
  service: Replica;
  readonly clock: Clock;
  timing: Timing;
  /** Seconds by which its clock is off, within ε … */
  readonly usualSkew: number;
  /** … and now, when somebody may have set it. */
  skew: number;
  cutOff: boolean;
  pending: Pending[];
  /** What was last served: it must not go down while the process lives. */
  served: KeySetVersion | undefined;
}

/** Those in use. The first begins the issuer, so that the other has verifiers to wait for. */
export const ALGORITHMS = ['ES256', 'EdDSA'] as const;
export type FleetAlgorithm = (typeof ALGORITHMS)[number];

// Matchers are only called where a condition fails or is new: a story checks millions of them.

/**
 * Replicas, their database, and everyone who relies on them: it remembers every key set served and every token released, and
 * after each step checks what must hold. Times are seconds by the clock that is right.
 */
export class Fleet {
  readonly clock: ManualClock;
  readonly #database: Database;
  /** By how many seconds somebody set it wrong. */
  readonly #databaseClock: { skew: number };
  readonly #machines: Machine[] = [];
  readonly #served = new ServedSets();
  /** By kid: when. */
  readonly #compromised = new Map<string, number>();
  /** From the first time on that one has a signer, it has one. */
  readonly #everActive = new Set<string>();
  #live: Released[] = [];
  #set: KeySet | undefined;
  releasedTokens = 0;
  ordersObeyed = 0;
  epochsOpened = 0;

  private constructor(clock: ManualClock, database: Database, databaseClock: { skew: number }) {
    this.clock = clock;
    this.#database = database;
    this.#databaseClock = databaseClock;
  }

  /** @param skews by how many seconds each replica's clock is off */
  static async open(timing: Timing, skews: readonly number[]): Promise<Fleet> {
    const clock = new ManualClock();
    const databaseClock = { skew: 0 };
    const database = await openMemory(clockOff(clock, () => databaseClock.skew));
    const fleet = new Fleet(clock, database, databaseClock);
    for (const skew of skews) {
      const machine = {
        timing,
        skew,
        usualSkew: skew,
        cutOff: false,
        pending: [],
        served: undefined,
      } as Partial<Machine> as Machine;
      Object.assign(machine, { clock: clockOff(clock, () => machine.skew) });
      machine.service = fleet.#boot(machine);
      fleet.#machines.push(machine);
    }
    await fleet.#attempt(0, ({ initialise }) => initialise.execute());
    return fleet;
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  /** Time passes; what is served before and after counts. */
  async advance(seconds: number): Promise<void> {
    await this.#check();
    this.clock.advance(seconds);
    await this.#check();
  }

  /** Every replica that is not cut off does what its timer makes it do, and serves requests, for as long as this. */
  async run(seconds: number): Promise<void> {
    const end = this.#now() + seconds;
    while (this.#now() < end) {
      for (const index of this.#machines.keys()) {
        for (const algorithm of ALGORITHMS) this.sign(index, algorithm, 900);
        await this.rotate(index);
        await this.poll(index);
      }
      await this.advance(Math.min(200, end - this.#now()));
      for (const index of this.#machines.keys()) await this.#release(index, ALGORITHMS.length);
    }
  }

  rotate(index: number): Promise<void> {
    return this.#attempt(index, ({ rotate }) => rotate.execute());
  }

  poll(index: number): Promise<void> {
    return this.#attempt(index, ({ refresh }) => refresh.execute());
  }

  /** A poll whose answer takes its time, and what happens until it comes. */
  async pollSlowly(index: number, meanwhile: () => Promise<void>): Promise<void> {
    const machine = this.#machines[index]!;
    this.#onTheWay.set(machine, meanwhile);
    await this.poll(index);
  }

  /** A replica hears nothing of a rotation and goes on signing as long as it may, which is where the bounds are tight. */
  async straggle(index: number, afterwards: number): Promise<void> {
    await this.#runUntilRotation();
    await this.poll(index);
    this.setCutOff(index, true);
    await this.#rotateWithout(index);
    await this.#signLate(index, afterwards);
    this.setCutOff(index, false);
  }

  /** The same, with a replica that hears how it was before the rotation, long after. */
  async straggleByAnswer(index: number, onTheWay: number, afterwards: number): Promise<void> {
    await this.#runUntilRotation();
    await this.pollSlowly(index, async () => {
      await this.#rotateWithout(index);
      await this.advance(onTheWay);
    });
    await this.#signLate(index, afterwards);
  }

  setCutOff(index: number, cutOff: boolean): void {
    this.#machines[index]!.cutOff = cutOff;
  }

  /** Somebody sets a replica's clock; 0 puts it right again. */
  setClock(index: number, seconds: number): void {
    const machine = this.#machines[index]!;
    machine.skew = machine.usualSkew + seconds;
  }

  /** The same with the database's clock, as after a fail-over to a machine whose clock is wrong. */
  setDatabaseClock(seconds: number): void {
    this.#databaseClock.skew = seconds;
  }

  /** An operator wants something of a key in this state, or of the algorithm; it may be refused, and must not do harm. */
  order(
    index: number,
    verb: KeyOrder['verb'],
    { state, algorithm }: { readonly state: SigningKey['state']; readonly algorithm: FleetAlgorithm },
  ): Promise<void> {
    return this.#attempt(index, async ({ operate }) => {
      const { keys } = await this.#keySet();
      const key = keys.find((each) => each.state === state && each.algorithm === algorithm);
      const named = { verb, kid: key && 'kid' in key ? key.kid : 'nobody', algorithm } as KeyOrder;
      try {
        await operate.execute(named, 'ann');
        this.ordersObeyed++;
      } catch (error) {
        if (!(error instanceof RequestError) || !error.code.startsWith('KEYS_')) throw error;
      }
    });
  }

  /** An operator ends the trust in a key of this state, if there is one and a standby can take over. */
  compromise(
    index: number,
    state: 'active' | 'published' | 'deactivated',
    algorithm: FleetAlgorithm = 'ES256',
  ): Promise<void> {
    return this.#attempt(index, async ({ compromise }) => {
      const { keys } = await this.#keySet();
      const key = keys.find((each) => each.state === state && each.algorithm === algorithm);
      if (!key || !('kid' in key) || key.kid === null) return;
      const order = { target: { kid: key.kid }, scope: 'key', reason: 'a story', withoutStandby: 'refuse' } as const;
      try {
        await compromise.execute(order, 'ann');
        this.#compromised.set(key.kid, this.#now());
      } catch (error) {
        if (!(error instanceof RequestError) || !error.code.startsWith('KEYS_')) throw error;
      }
    });
  }

  /** An operator makes the database as it is the one that counts. */
  openEpoch(index: number): Promise<void> {
    return this.#attempt(index, async (service) => {
      const { clock, timing } = this.#machines[index]!;
      const unread = { ...forgetfulWitness(), read: () => Promise.reject(new WitnessUnreadable('a story')) };
      const witness = await DatabaseWitness.open({ store: unread, onFailure: () => undefined });
      await epochOpener({ database: this.#database, clock, witness, service, timing }).execute('r');
      this.epochsOpened++;
    });
  }

  get compromisedKeys(): number {
    return this.#compromised.size;
  }

  /** The process dies, what it had in hand with it, and starts again with these durations. */
  async restart(index: number, timing: Timing): Promise<void> {
    const machine = this.#machines[index]!;
    Object.assign(machine, { timing, pending: [], served: undefined });
    machine.service = this.#boot(machine);
    await this.#attempt(index, ({ initialise }) => initialise.execute());
  }

  /** Signs a token, as issuing does: never beyond what the key covers. */
  sign(index: number, algorithm: FleetAlgorithm, lifetimeSeconds: number): void {
    const machine = this.#machines[index]!;
    const key = this.#allowed(() => machine.service.ring.active(algorithm));
    if (!key) return;
    const lifetime = Math.min(lifetimeSeconds, key.maxTokenLifetimeSeconds);
    const expiresAt = this.#now() + machine.skew + lifetime;
    if (expiresAt * 1000 <= key.latestExpiry.getTime()) machine.pending.push({ key, expiresAt });
  }

  /** Lets the oldest signed token out, if the ring does. */
  async release(index: number): Promise<void> {
    const machine = this.#machines[index]!;
    const token = machine.pending.shift();
    if (!token || !this.#allowed(() => machine.service.ring.release('token', token.key))) return;
    expect(Math.abs(machine.skew)).toBeLessThanOrEqual(machine.timing.clockErrorSeconds);
    this.releasedTokens++;
    const { kid } = token.key;
    await this.#expectSignedInTime(kid);
    // A replica that is cut off goes on with a compromised key until its lease lapses: its tokens are to be refused.
    if (!this.#compromised.has(kid)) this.#served.expectKnownEverywhere(kid, this.#machines[0]!.timing, this.#now());
    this.#live.push({ kid, expiresAt: token.expiresAt });
  }

  /** At the end: the record tells the same story as the rows, and a due rotation finishes with one replica alone. */
  async expectGoodEnd(timing: Timing): Promise<void> {
    await expectReplayable(this.#database);
    this.setDatabaseClock(0);
    for (const index of this.#machines.keys()) {
      this.setClock(index, 0);
      this.setCutOff(index, index > 0);
    }
    await this.restart(0, timing);
    const before = await this.#signers();
    await this.run(timing.rotationPeriodSeconds + timing.publishAheadSeconds + 200);
    const after = await this.#signers();
    for (const [algorithm, kid] of after) expect(kid).not.toBe(before.get(algorithm));
    expect(after.size).toBe(ALGORITHMS.length);
  }

  readonly #onTheWay = new Map<Machine, () => Promise<void>>();

  async #runUntilRotation(): Promise<void> {
    const { keys } = await this.#keySet();
    const { timing } = this.#machines[0]!;
    const { due, waits } = nextTransitions(
      { keys, firstActivatedAt: new Date(0) },
      { now: this.clock.now(), timing, algorithms: ALGORITHMS },
    );
    const next = waits.find(({ transition }) => transition === 'activate');
    if (due.length === 0 && next) await this.run(next.until.getTime() / 1000 - this.#now() - 1);
  }

  async #rotateWithout(index: number): Promise<void> {
    await this.advance(1);
    // One transition each time.
    for (let due = ALGORITHMS.length; due > 0; due--) await this.rotate((index + 1) % this.#machines.length);
  }

  async #signLate(index: number, seconds: number): Promise<void> {
    await this.advance(seconds);
    for (const algorithm of ALGORITHMS) this.sign(index, algorithm, 900);
    await this.#release(index, this.#machines[index]!.pending.length);
  }

  async #release(index: number, tokens: number): Promise<void> {
    for (let left = tokens; left > 0; left--) await this.release(index);
  }

  #boot(machine: Machine): Replica {
    const { clock } = machine;
    const wrapRepository = (real: KeyRepository): KeyRepository => ({
      load: () => this.#reach(machine, () => real.load()),
      version: async () => {
        const version = await this.#reach(machine, () => real.version());
        await this.#arrive(machine);
        return version;
      },
      transact: (decide) => this.#reach(machine, () => real.transact(decide)),
      releaseHandle: (id) => this.#reach(machine, () => real.releaseHandle(id)),
    });
    const { timing } = machine;
    return replica({ database: this.#database, clock, timing, algorithms: ALGORITHMS, wrapRepository });
  }

  async #arrive(machine: Machine): Promise<void> {
    const meanwhile = this.#onTheWay.get(machine);
    this.#onTheWay.delete(machine);
    await meanwhile?.();
  }

  #reach<Value>(machine: Machine, call: () => Promise<Value>): Promise<Value> {
    return machine.cutOff ? Promise.reject(new Error('cut off')) : call();
  }

  async #attempt(index: number, act: (service: Replica) => Promise<unknown>): Promise<void> {
    const machine = this.#machines[index]!;
    await act(machine.service).catch((error: unknown) => {
      const clockIsWrong = Math.abs(machine.skew - this.#databaseClock.skew) > machine.timing.clockErrorSeconds;
      if (!machine.cutOff && !clockIsWrong) throw error;
    });
  }

  #allowed<Value>(act: () => Value): Value | undefined {
    try {
      return act();
    } catch (error) {
      expect(['SIGNING_SEALED', 'SIGNING_LEASE_LAPSED']).toContain((error as { code?: unknown }).code);
      return undefined;
    }
  }

  #now(): number {
    return this.clock.now().getTime() / 1000;
  }

  /** No signature by a key that was too young, and none that gets out Z after its key was retired. */
  async #expectSignedInTime(kid: string): Promise<void> {
    const key = await this.#row(kid);
    const {
      publish_ahead_seconds: ahead,
      published_at: published,
      activated_at: activated,
      deactivated_at: retired,
    } = key;
    expect(activated).toBeLessThanOrEqual(this.clock.now().getTime());
    if (activated !== (await this.#firstActivation())) {
      expect(activated! - published!).toBeGreaterThanOrEqual(1000 * ahead!);
    }
    if (retired !== null)
      expect(this.clock.now().getTime()).toBeLessThanOrEqual(retired + 1000 * key.signing_lease_seconds!);
  }

  async #check(): Promise<void> {
    const set = await this.#keySet();
    this.#expectKeysOutliveTokens(set.keys);
    this.#expectSigners(set);
    for (const machine of this.#machines) this.#expectServesWell(machine);
  }

  #expectSigners(set: KeySet): void {
    const active = set.keys.filter(({ state }) => state === 'active').map(({ algorithm }) => algorithm);
    for (const algorithm of active) this.#everActive.add(algorithm);
    if (set.firstActivatedAt) this.#everActive.add('ES256');
    if (active.length === this.#everActive.size && new Set(active).size === active.length) return;
    expect(active.sort()).toEqual([...this.#everActive].sort());
  }

  /** Read again only when there is another version. */
  async #keySet(): Promise<KeySet> {
    const { version } = await this.#database.db.selectFrom('keyset').select('version').executeTakeFirstOrThrow();
    if (this.#set?.version !== version) this.#set = await keySet(this.#database);
    return this.#set;
  }

  #expectKeysOutliveTokens(keys: readonly SigningKey[]): void {
    const now = this.#now();
    const { leewaySeconds, clockErrorSeconds } = this.#machines[0]!.timing;
    const margin = leewaySeconds + clockErrorSeconds;
    // Tokens of a compromised key are to be refused, so nobody waits for them.
    const counts = ({ kid, expiresAt }: Released) => expiresAt + margin >= now && !this.#compromised.has(kid);
    this.#live = this.#live.filter(counts);
    for (const { kid, expiresAt } of this.#live) {
      const key = keys.find((candidate) => 'kid' in candidate && candidate.kid === kid);
      const until = key && 'verifyUntil' in key ? key.verifyUntil.getTime() / 1000 : 0;
      if (expiresAt + margin > until) expect(expiresAt + margin).toBeLessThanOrEqual(until);
    }
  }

  #expectServesWell(machine: Machine): void {
    const document = this.#allowed(() => machine.service.ring.publicKeySet());
    if (!document) return;
    const served = this.#served.take(document.body, this.#now());
    if (machine.served && isLater(machine.served, served)) expect(served).toEqual(machine.served);
    machine.served = served;
    this.#expectExposureEnds(machine.timing, served.kids);
    for (const { kid } of this.#live)
      if (!served.kids.has(kid) && !this.#compromised.has(kid)) expect([...served.kids]).toContain(kid);
  }

  /** Whoever fetches a compromised key now may go on with it for A + C: that too must be within the stated bound. */
  #expectExposureEnds(timing: Timing, kids: ReadonlySet<string>): void {
    for (const [kid, at] of this.#compromised) {
      if (!kids.has(kid)) continue;
      const until = this.#now() + httpCacheTotalSeconds(timing) + timing.verifierStalenessSeconds - at;
      if (until > exposureSeconds(timing)) expect(until).toBeLessThanOrEqual(exposureSeconds(timing));
    }
  }

  async #signers(): Promise<ReadonlyMap<string, string>> {
    const { keys } = await keySet(this.#database);
    return new Map(keys.flatMap((key) => (key.state === 'active' ? [[key.algorithm, key.kid] as const] : [])));
  }

  #row(kid: string) {
    return this.#database.db.selectFrom('signing_key').selectAll().where('kid', '=', kid).executeTakeFirstOrThrow();
  }

  async #firstActivation(): Promise<number | null> {
    const { first_activated_at: first } = await this.#database.db
      .selectFrom('keyset')
      .selectAll()
      .executeTakeFirstOrThrow();
    return first;
  }
}
