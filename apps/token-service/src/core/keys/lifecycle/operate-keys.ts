import type { SigningAlgorithm } from '@mintmark/contract';
import { RequestError } from '../../model/errors.ts';
import type { KeySet } from '../../model/key-set.ts';
import type { SigningKey } from '../../model/signing-key.ts';
import type { Timing } from '../../model/timing.ts';
import type { VerifierEvidence } from '../../model/verifier-evidence.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KeyRepository, ReadKeySet } from '../../ports/key-repository.ts';
import type { SigningKeyProvider } from '../../ports/signing-key-provider.ts';
import { demandSameTime } from '../../model/database-clock.ts';
import type { RefreshKeyRing } from '../distribution/refresh-key-ring.ts';
import { refuseUnusable } from '../refuse-unusable.ts';
import {
  alreadyDone,
  bind,
  decideOrder,
  decideOrderNow,
  type Circumstances,
  type KeyOrder,
  type OrderedTransition,
} from './decide-order.ts';
import { isSame, type Made, type MakeTransition, type Reconsider } from './make-transition.ts';
import type { DueTransition } from './next-transition.ts';
import { isDamaged } from './prove-key.ts';

interface Ports {
  readonly repository: Pick<KeyRepository, 'load'>;
  readonly makeTransition: Pick<MakeTransition, 'execute'>;
  readonly provider: SigningKeyProvider;
  readonly refreshKeyRing: Pick<RefreshKeyRing, 'catchUp'>;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly algorithms: () => readonly SigningAlgorithm[];
}

export interface Operated extends Made {
  readonly due: DueTransition;
}

/** Does with a key set what an operator wants, where the rules of the schedule allow it. */
export class OperateKeys {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** What an order comes to for a key set as it was read, whenever that may be. @throws RequestError as `decideOrder` does */
  async plan(order: KeyOrder, reading: ReadKeySet): Promise<OrderedTransition> {
    return decideOrder(reading.value, order, await this.#circumstances(order, reading));
  }

  /**
   * @throws RequestError as `decideOrderNow` does, KEYS_UNUSABLE if a key cannot be read, opened or made, KEYS_CLOCK_WRONG; then
   * nothing was changed
   */
  execute(order: KeyOrder, actor: string): Promise<Operated> {
    return this.#execute(order, actor).catch(refuseUnusable);
  }

  async #execute(order: KeyOrder, actor: string): Promise<Operated> {
    const { repository, refreshKeyRing, clock, timing } = this.#ports;
    const sent = clock.now();
    const reading = await repository.load();
    demandSameTime({ databaseTime: reading.databaseTime, sent, received: clock.now() }, timing);
    const seen = await this.#circumstances(order, reading);
    const ordered = decideOrderNow(reading.value, order, seen);
    const operated = await this.#make(ordered.due, { order: bind(order, ordered), damaged: seen.damaged }, actor);
    await refreshKeyRing.catchUp();
    return operated;
  }

  async #make(due: DueTransition, { order, damaged }: BoundOrder, actor: string): Promise<Operated> {
    let refusal: RequestError | undefined;
    const still: Reconsider = (current, now, evidence) => {
      try {
        return this.#reconsider(due, order, { current, at: { ...this.#at(now, evidence), damaged } });
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        refusal = error;
        return undefined;
      }
    };
    const made = await this.#attempt(due, still, actor);
    if (!made) throw refusal ?? overtaken(due);
    return due.name === 'generate' ? this.#publish(made, due.algorithm, actor) : { ...made, due };
  }

  /** What `prepare` began: if the schedule is faster with the rest of it, that is as good. */
  async #publish({ set }: Made, algorithm: SigningAlgorithm, actor: string): Promise<Operated> {
    const key = set.keys.find((each) => each.state === 'generating' && each.algorithm === algorithm);
    if (key?.state !== 'generating') throw new Error(`the intent of a ${algorithm} key was not recorded`);
    const due = { name: 'publish', key } as const;
    const isIntent = ({ id, state }: SigningKey) => id === key.id && state === 'generating';
    const made = await this.#attempt(due, (current) => (current.keys.some(isIntent) ? due : undefined), actor);
    if (made) return { ...made, due };
    const { value, databaseTime } = await this.#ports.repository.load();
    return { set: value, at: databaseTime, due };
  }

  #attempt(due: DueTransition, still: Reconsider, actor: string): Promise<Made | undefined> {
    return this.#ports.makeTransition.execute(due, still, { actor, reason: ORDERED });
  }

  /** Somebody else may have been faster, be it with this order or with another. */
  #reconsider(
    due: DueTransition,
    order: KeyOrder,
    { current, at }: { current: KeySet; at: Circumstances },
  ): DueTransition {
    if (due.name !== 'generate' && !current.keys.some(({ id }) => id === due.key.id)) throw overtaken(due);
    const { due: locked } = decideOrderNow(current, order, at);
    if (!isSame(locked, due)) throw overtaken(due);
    return locked;
  }

  /** With what only its provider can say of the standby that is to be given up. */
  async #circumstances(
    order: KeyOrder,
    { value, databaseTime, evidence }: ReadKeySet,
  ): Promise<Circumstances & Pick<BoundOrder, 'damaged'>> {
    const kid = order.verb === 'destroy' ? order.kid : undefined;
    const key = value.keys.find((each) => each.state === 'published' && each.kid === kid);
    const isUseless = key?.state === 'published' && (await isDamaged(this.#ports.provider, key));
    return { ...this.#at(databaseTime, evidence), damaged: new Set(isUseless ? [key.id] : []) };
  }

  #at(now: Date, evidence?: VerifierEvidence): Circumstances {
    const { timing, algorithms } = this.#ports;
    return { now, timing, algorithms: algorithms(), evidence };
  }
}

interface BoundOrder {
  readonly order: KeyOrder;
  readonly damaged: ReadonlySet<string>;
}

const ORDERED = 'asked for by an operator';

function overtaken(due: DueTransition): RequestError {
  const message = 'Somebody else was faster.';
  return due.name === 'generate'
    ? new RequestError('KEYS_ALREADY_DONE', `${message} Nothing was changed.`, {}, { algorithm: due.algorithm })
    : alreadyDone(due.key, message);
}
