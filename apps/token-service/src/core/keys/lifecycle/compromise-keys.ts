import type { SigningAlgorithm } from '@mintmark/contract';
import type { CompromiseOrder } from '../../model/compromise.ts';
import { RequestError } from '../../model/errors.ts';
import { canonicalJson, type KeySet } from '../../model/key-set.ts';
import { isVerifying, type KeyHandle } from '../../model/signing-key.ts';
import type { Timing } from '../../model/timing.ts';
import type { ReservedCompromise } from '../../model/witness-record.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CompromiseIntents } from '../../ports/compromise-intents.ts';
import type { Ids } from '../../ports/ids.ts';
import type { KeyCustody } from '../../ports/key-custody.ts';
import type { KeyRepository } from '../../ports/key-repository.ts';
import { SigningProviderError, type SigningKeyProvider } from '../../ports/signing-key-provider.ts';
import { clockOffsetSeconds, clockTrouble, momentOf, type ClockReading } from '../../model/database-clock.ts';
import type { RefreshKeyRing } from '../distribution/refresh-key-ring.ts';
import { refuseUnusable } from '../refuse-unusable.ts';
import {
  decideCompromise,
  isCarriedOut,
  type CompromiseCircumstances,
  type CompromiseDecision,
  type Succession,
} from './decide-compromise.ts';
import { compromiseTransition, type FreshKey, type Prepared } from './compromise-transition.ts';
import { compromiseTogether } from './compromise-together.ts';
import { proveKey, proveKnownKey, provingOnly } from './prove-key.ts';

interface Ports {
  readonly issuer: string;
  readonly repository: Pick<KeyRepository, 'load' | 'transact'>;
  readonly provider: SigningKeyProvider;
  readonly custody: KeyCustody;
  readonly intents: CompromiseIntents;
  readonly refreshKeyRing: Pick<RefreshKeyRing, 'catchUp'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly algorithms: () => readonly SigningAlgorithm[];
}

export interface Compromised extends CompromiseDecision {
  /** As it is afterwards; of a plan: as it is. */
  readonly set: KeySet;
  /** By the database's clock. */
  readonly at: Date;
}

/** Whoever reads this is in a hurry: others who change the key set at the same moment are no reason to give up. */
const ATTEMPTS = 5;

/** Ends all trust in keys, and lets others take over, in one transaction. */
export class CompromiseKeys {
  readonly #ports: Ports;
  readonly #inHand = new Set<string>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** What an order would do now. @throws RequestError as `decideCompromise`, KEYS_CUSTODY_UNSOUND, KEYS_UNUSABLE */
  plan(order: CompromiseOrder): Promise<Compromised> {
    return this.#plan(order).catch(refuseUnusable);
  }

  async #plan(order: CompromiseOrder): Promise<Compromised> {
    const { set, reading } = await this.#load();
    const custodyOf = await this.#custodyOf(set);
    const decision = this.#decide(set, order, { reading, custodyOf, unusable: new Set() });
    await this.#demandSoundCustody(decision, [...decision.custody, ...(set.condemned ?? [])]);
    return { ...decision, set, at: reading.databaseTime };
  }

  async #load(): Promise<{ readonly set: KeySet; readonly reading: ClockReading }> {
    const { repository, clock } = this.#ports;
    const sent = clock.now();
    const { value: set, databaseTime } = await repository.load();
    return { set, reading: { databaseTime, sent, received: clock.now() } };
  }

  /** @throws RequestError as `plan` and `carryOut` do */
  async execute(order: CompromiseOrder, actor: string): Promise<Compromised> {
    const planned = await this.plan(order);
    const [done = planned] = await compromiseTogether([{ keys: this, order, planned }], actor, this.#ports.intents);
    return done;
  }

  /**
   * Takes an order in hand: until it is carried out or given up, the schedule leaves it alone.
   * @returns what to write down first; `undefined`: nothing is left to do
   */
  take(order: CompromiseOrder, planned: Compromised, actor: string): ReservedCompromise | undefined {
    const { set, lost, custody } = planned;
    if (isCarriedOut(set, planned)) return undefined;
    const { issuer, custody: place } = this.#ports;
    const target = order.scope === 'custody' ? { custody } : order.target;
    const kids = lost.map(({ kid }) => kid);
    const intent = { ...order, target, issuer, actor, kids, sealVersion: place.sealVersion ?? 0 };
    this.#inHand.add(canonicalJson(intent));
    return intent;
  }

  /** The schedule may have it. */
  letGo(intent: ReservedCompromise): void {
    this.#inHand.delete(canonicalJson(intent));
  }

  /**
   * Carries out what was taken and written down. Where somebody else has done so meanwhile, nothing is left to do: it is as ordered.
   * @throws RequestError as `plan` does, KEYS_UNUSABLE if no key can be made or opened; then no key was changed. After
   * STORAGE_UNAVAILABLE or any other error it is not known whether it was done: the order stands, and is carried out when this
   * replica can
   */
  async carryOut(intent: ReservedCompromise): Promise<Compromised> {
    try {
      return await this.#transition(intent).catch(refuseUnusable);
    } finally {
      this.letGo(intent);
    }
  }

  /** This replica is not to sign with what was compromised. */
  catchUp(): Promise<void> {
    return this.#ports.refreshKeyRing.catchUp();
  }

  /**
   * Carries out the orders whose outcome is not known: the process died, or lost the database, between them and their answer.
   * None is over because it is refused: only the database, once it is as ordered, ends one. It may be an older one now.
   * @returns those that could not be, and why
   */
  async carryOutReserved(): Promise<readonly { readonly intent: ReservedCompromise; readonly error: unknown }[]> {
    const { intents, issuer } = this.#ports;
    const waiting = intents.reserved(issuer).filter((intent) => !this.#inHand.has(canonicalJson(intent)));
    const failed: { intent: ReservedCompromise; error: unknown }[] = [];
    for (const intent of waiting) {
      this.#inHand.add(canonicalJson(intent));
      try {
        await this.carryOut(intent);
        await this.catchUp();
      } catch (error) {
        const isOver = !intents.reserved(issuer).map(canonicalJson).includes(canonicalJson(intent));
        if (!isOver) failed.push({ intent, error });
      }
    }
    return failed;
  }

  async #transition(order: ReservedCompromise): Promise<Compromised> {
    const unusable = new Set<string>();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const done = await this.#attempt(order, unusable);
      if (done) return done;
    }
    throw new RequestError(
      'STORAGE_UNAVAILABLE',
      'Others keep changing this key set, so it could not be written. The order stands, and is carried out as soon as they let it.',
    );
  }

  /** @returns `undefined` if the set has changed meanwhile, or a standby turned out not to open */
  async #attempt(order: ReservedCompromise, unusable: Set<string>): Promise<Compromised | undefined> {
    const { repository, clock, timing } = this.#ports;
    const { set: seen, reading } = await this.#load();
    const custodyOf = await this.#custodyOf(seen);
    const decision = this.#decide(seen, order, { reading, custodyOf, unusable });
    if (isCarriedOut(seen, decision)) return { ...decision, set: seen, at: reading.databaseTime };
    const condemned = [...decision.custody, ...(seen.condemned ?? [])];
    await this.#demandSoundCustody(decision, condemned);
    const prepared = await this.#prepare(decision, { unusable, condemned });
    if (!prepared) return undefined;
    let decided: (CompromiseDecision & { at: Date }) | undefined;
    try {
      // Once all that can be refused is ready: what is condemned is so for good.
      if (decision.custody.length > 0)
        await this.#ports.custody.condemn({ lost: decision.custody, known: order.sealVersion ?? 0 });
      const sent = clock.now();
      const set = await repository.transact((current, now) => {
        const reading = { databaseTime: now, sent, received: clock.now() };
        const locked = this.#decide(current, order, { reading, custodyOf, unusable });
        if (isCarriedOut(current, locked) || !isCovered(current, locked, { prepared, custodyOf })) return undefined;
        decided = { ...locked, at: now };
        const writing = { order, actor: order.actor, prepared, timing, now: momentOf(reading, timing).latest };
        return compromiseTransition(locked, writing);
      });
      if (set && decided) return { ...decided, set };
    } finally {
      await this.#destroyOrphans(prepared);
    }
    return undefined;
  }

  #decide(
    set: KeySet,
    order: CompromiseOrder,
    { reading, ...known }: Pick<CompromiseCircumstances, 'custodyOf' | 'unusable'> & { readonly reading: ClockReading },
  ): CompromiseDecision {
    const { timing, algorithms } = this.#ports;
    const trouble = clockTrouble(clockOffsetSeconds(reading), timing);
    const at = { now: reading.databaseTime, clockTrouble: trouble, timing, algorithms: algorithms() };
    return decideCompromise(set, order, { ...at, ...known });
  }

  #custodyOf(set: KeySet): Promise<ReadonlyMap<KeyHandle, readonly string[]>> {
    const handles = set.keys.flatMap((key) => ('handle' in key && key.handle !== null ? [key.handle] : []));
    return this.#ports.custody.of(handles);
  }

  /** Another key under the same key-encryption key would be lost the moment it was made. */
  async #demandSoundCustody({ successions }: CompromiseDecision, lost: readonly string[]): Promise<void> {
    if (!successions.some(({ by }) => by === 'fresh-key')) return;
    const sound = (await this.#ports.custody.ofNewKeys()).filter((each) => !lost.includes(each));
    if (sound.length > 0) return;
    throw new RequestError(
      'KEYS_CUSTODY_UNSOUND',
      `A new key would lie where these do (${lost.join(', ')}). Make another key-encryption key, name its file in MINTMARK_KEK_FILE ` +
        'and the file of the present one in MINTMARK_KEK_FILES (or name another place in MINTMARK_SIGNING_KEYS, and the present ' +
        'token in MINTMARK_SIGNING_KEYS_ALSO), restart every replica, and repeat this. Nothing was changed.',
    );
  }

  async #prepare(
    { successions }: CompromiseDecision,
    { unusable, condemned }: { unusable: Set<string>; condemned: readonly string[] },
  ): Promise<Prepared | undefined> {
    const proved = new Set<string>();
    const fresh = new Map<SigningAlgorithm, FreshKey>();
    for (const succession of successions) {
      if (succession.by === 'fresh-key') fresh.set(succession.algorithm, await this.#make(succession, condemned));
      if (succession.by !== 'standby') continue;
      if (await this.#opens(succession)) proved.add(succession.key.id);
      else unusable.add(succession.key.id);
    }
    if (successions.every((each) => each.by !== 'standby' || proved.has(each.key.id))) return { proved, fresh };
    await this.#destroyOrphans({ fresh });
    return undefined;
  }

  async #opens({ key }: Extract<Succession, { by: 'standby' }>): Promise<boolean> {
    const { provider } = this.#ports;
    try {
      await provingOnly(provider, key.handle, () => proveKnownKey(provider, key));
      return true;
    } catch (error) {
      if (error instanceof SigningProviderError) return false;
      throw error;
    }
  }

  async #make(
    { algorithm, intent }: Extract<Succession, { by: 'fresh-key' }>,
    condemned: readonly string[],
  ): Promise<FreshKey> {
    const { provider, ids } = this.#ports;
    const id = intent?.id ?? ids.next();
    const handle = await provider.create({ algorithm, idempotencyKey: id, condemned });
    const publicJwk = await provingOnly(provider, handle, () => proveKey(provider, { handle, algorithm }));
    return { id, intended: intent !== undefined, publicJwk, handle };
  }

  /** Those that no row names: what was prepared for a set that has changed meanwhile. */
  async #destroyOrphans({ fresh }: Pick<Prepared, 'fresh'>): Promise<void> {
    if (fresh.size === 0) return;
    const { value: set } = await this.#ports.repository.load();
    const named = new Set(set.keys.map(({ id }) => id));
    for (const { id, handle } of fresh.values()) {
      if (!named.has(id)) await this.#ports.provider.destroy(handle);
    }
  }
}

/** Whether what was looked at and made ready before the lock is all that the decision under the lock needs. */
function isCovered(
  current: KeySet,
  { successions }: CompromiseDecision,
  { prepared, custodyOf }: { prepared: Prepared; custodyOf: ReadonlyMap<KeyHandle, readonly string[]> },
): boolean {
  const isLookedAt = current.keys.filter(isVerifying).every(({ handle }) => custodyOf.has(handle));
  return isLookedAt && successions.every((succession) => isReady(succession, prepared));
}

function isReady(succession: Succession, { proved, fresh }: Prepared): boolean {
  switch (succession.by) {
    case 'standby':
      return proved.has(succession.key.id);
    case 'nobody':
      return true;
    case 'fresh-key': {
      const made = fresh.get(succession.algorithm);
      return made !== undefined && (succession.intent ? succession.intent.id === made.id : !made.intended);
    }
  }
}
