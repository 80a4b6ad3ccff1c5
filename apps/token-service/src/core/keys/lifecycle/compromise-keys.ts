import type { SigningAlgorithm } from '@mintmark/contract';
import type { CompromiseOrder } from '../../model/compromise.ts';
import { isRefusal, RequestError } from '../../model/errors.ts';
import { canonicalJson, type KeySet } from '../../model/key-set.ts';
import { isVerifying, type KeyHandle } from '../../model/signing-key.ts';
import type { Timing } from '../../model/timing.ts';
import type { ReservedCompromise } from '../../model/witness-record.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CompromiseIntents } from '../../ports/compromise-intents.ts';
import type { Ids } from '../../ports/ids.ts';
import type { KeyCustody } from '../../ports/key-custody.ts';
import type { KeyRepository } from '../../ports/key-repository.ts';
import type { SigningKeyProvider } from '../../ports/signing-key-provider.ts';
import { clockOffsetSeconds, clockTrouble, momentOf, type ClockReading } from '../../model/database-clock.ts';
import type { RefreshKeyRing } from '../distribution/refresh-key-ring.ts';
import { refuseUnusable } from '../refuse-unusable.ts';
import {
  decideCompromise,
  isCarriedOut,
  type CompromiseCircumstances,
  type CompromiseDecision,
} from './decide-compromise.ts';
import { compromiseTransition, type Prepared } from './compromise-transition.ts';
import { compromiseTogether, stands } from './compromise-together.ts';
import { demandUntampered } from './decide-order.ts';
import { isReady, Successors } from './successors.ts';

interface Ports {
  readonly issuer: string;
  readonly repository: Pick<KeyRepository, 'load' | 'transact'>;
  readonly provider: SigningKeyProvider;
  readonly custody: KeyCustody;
  readonly intents: CompromiseIntents;
  /** @throws RequestError DATABASE_OUTDATED */
  readonly demandCurrent: () => void;
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

interface Seen extends Pick<CompromiseCircumstances, 'custodyOf'> {
  readonly set: KeySet;
  readonly reading: ClockReading;
  readonly decision: CompromiseDecision;
}

/** How far an order has got, over all attempts at it. */
interface Progress {
  /** Ids of standbys that were found not to open. */
  readonly unusable: Set<string>;
  /** From then on nothing counts as a refusal: what is condemned is so for good. */
  isCondemned: boolean;
}

/** Whoever reads this is in a hurry: others who change the key set at the same moment are no reason to give up. */
const ATTEMPTS = 5;

/** Ends all trust in keys, and lets others take over, in one transaction. */
export class CompromiseKeys {
  readonly #ports: Ports;
  readonly #successors: Successors;
  readonly #inHand = new Set<string>();

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#successors = new Successors(ports);
  }

  /**
   * What an order would do now.
   * @throws RequestError as `decideCompromise`, KEYS_CUSTODY_UNSOUND, KEYS_UNUSABLE, DATABASE_OUTDATED
   */
  plan(order: CompromiseOrder): Promise<Compromised> {
    return this.#plan(order).catch(refuseUnusable);
  }

  async #plan(order: CompromiseOrder): Promise<Compromised> {
    const { set, reading, decision } = await this.#look(order, new Set());
    await this.#demandPossible(set, decision);
    return { ...decision, set, at: reading.databaseTime };
  }

  async #look(order: CompromiseOrder, unusable: ReadonlySet<string>): Promise<Seen> {
    const { repository, clock, demandCurrent } = this.#ports;
    const sent = clock.now();
    const { value: set, databaseTime } = await repository.load();
    // What an older database says is no ground for a change, least of all for one that cannot be taken back.
    demandCurrent();
    const reading = { databaseTime, sent, received: clock.now() };
    const custodyOf = await this.#custodyOf(set);
    return { set, reading, custodyOf, decision: this.#decide(set, order, { reading, custodyOf, unusable }) };
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
      return await this.#transition(intent);
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
    const waiting = (await intents.standing(issuer)).filter((intent) => !this.#inHand.has(canonicalJson(intent)));
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
    const progress: Progress = { unusable: new Set(), isCondemned: false };
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const done = await this.#attempt(order, progress).catch(refuseUnusable);
        if (done) return done;
      }
    } catch (error) {
      throw progress.isCondemned && isRefusal(error)
        ? stands(error, 'What these keys lay under is condemned already')
        : error;
    }
    throw new RequestError(
      'STORAGE_UNAVAILABLE',
      'Others keep changing this key set, so it could not be written. The order stands, and is carried out as soon as they let it.',
    );
  }

  /** @returns `undefined` if the set has changed meanwhile, or a standby turned out not to open */
  async #attempt(order: ReservedCompromise, progress: Progress): Promise<Compromised | undefined> {
    const seen = await this.#look(order, progress.unusable);
    const { set, decision, reading } = seen;
    if (isCarriedOut(set, decision)) return { ...decision, set, at: reading.databaseTime };
    await this.#demandPossible(set, decision);
    const known = { unusable: progress.unusable, condemned: condemnedWith(decision, set) };
    const prepared = await this.#successors.prepare(decision, known);
    if (!prepared) return undefined;
    try {
      if (decision.custody.length > 0) {
        progress.isCondemned = true;
        await this.#ports.custody.condemn({ lost: decision.custody, known: order.sealVersion });
      }
      return await this.#write(order, prepared, { custodyOf: seen.custodyOf, unusable: progress.unusable });
    } finally {
      await this.#successors.destroyOrphans(prepared);
    }
  }

  async #write(
    order: ReservedCompromise,
    prepared: Prepared,
    known: Pick<CompromiseCircumstances, 'custodyOf' | 'unusable'>,
  ): Promise<Compromised | undefined> {
    const { repository, clock, timing } = this.#ports;
    let decided: (CompromiseDecision & { at: Date }) | undefined;
    const sent = clock.now();
    const set = await repository.transact((current, now) => {
      const reading = { databaseTime: now, sent, received: clock.now() };
      const locked = this.#decide(current, order, { reading, ...known });
      if (isCarriedOut(current, locked) || !isCovered(current, locked, { ...known, prepared })) return undefined;
      decided = { ...locked, at: now };
      const writing = { order, actor: order.actor, prepared, timing, now: momentOf(reading, timing).latest };
      return compromiseTransition(locked, writing);
    });
    return set && decided && { ...decided, set };
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

  /** Refuses whatever can be refused while nothing is changed. @throws RequestError, SigningProviderError */
  async #demandPossible(set: KeySet, decision: CompromiseDecision): Promise<void> {
    for (const { algorithm } of [...decision.lost, ...decision.abandoned]) demandUntampered(set, algorithm);
    await this.#demandSoundCustody(decision, condemnedWith(decision, set));
    await this.#ports.custody.demandCondemnable(decision.custody);
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
}

function condemnedWith(
  { custody }: CompromiseDecision,
  { condemned = [] }: Pick<KeySet, 'condemned'>,
): readonly string[] {
  return [...custody, ...condemned];
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
