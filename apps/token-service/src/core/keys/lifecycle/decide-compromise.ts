import type { SigningAlgorithm } from '@mintmark/contract';
import { mayLieUnder, type CompromiseOrder, type CompromiseScope } from '../../model/compromise.ts';
import { RequestError } from '../../model/errors.ts';
import type { KeySet } from '../../model/key-set.ts';
import {
  activatableAt,
  isVerifying,
  type GeneratingKey,
  type KeyHandle,
  type KeyState,
  type PublishedKey,
  type SigningKey,
  type VerifyingKey,
} from '../../model/signing-key.ts';
import { alreadyDone, keyOf, wrongState, type Circumstances } from './decide-order.ts';

/** Who signs after an active key was lost, or will after the last key of an algorithm was. */
export type Succession =
  | {
      readonly by: 'standby';
      readonly algorithm: SigningAlgorithm;
      readonly key: PublishedKey;
      /** Whether it signs before verifiers can be counted on to hold it. */
      readonly overrides: boolean;
    }
  /** `signs`: at once, before any verifier can know it; else it is published, and signs when its time has come. */
  | {
      readonly by: 'fresh-key';
      readonly algorithm: SigningAlgorithm;
      readonly intent: GeneratingKey | undefined;
      readonly signs: boolean;
    }
  /** Nothing is signed until the standby that is published has been so for long enough. */
  | { readonly by: 'nobody'; readonly algorithm: SigningAlgorithm; readonly until: Date };

export interface CompromiseDecision {
  /** What is lost as a whole. */
  readonly custody: readonly string[];
  readonly lost: readonly VerifyingKey[];
  /** Intents whose private key may lie under what was lost, and standbys that cannot be opened. */
  readonly abandoned: readonly (GeneratingKey | PublishedKey)[];
  readonly successions: readonly Succession[];
}

export interface CompromiseCircumstances extends Circumstances {
  readonly custodyOf: ReadonlyMap<KeyHandle, readonly string[]>;
  /** Ids of standbys that were found not to open. */
  readonly unusable: ReadonlySet<string>;
  /** Why it is not known how late it is; then no standby can be said to be known to verifiers. */
  readonly clockTrouble: string | undefined;
}

type Set = Pick<KeySet, 'keys' | 'tampered'>;

/**
 * What a compromise means for a key set as it is. Pure: a plan and a live run decide by the same function.
 * @throws RequestError KEYS_KID_UNKNOWN, KEYS_STATE_WRONG, KEYS_ALREADY_DONE, KEYS_COMPROMISE_CHOICE, KEYS_UNUSABLE
 */
export function decideCompromise(
  set: Set,
  order: CompromiseOrder,
  circumstances: CompromiseCircumstances,
): CompromiseDecision {
  if ('kid' in order.target) demandLoss(keyOf(set, order.target.kid), order.scope);
  const custody = order.scope === 'custody' ? custodyOfTarget(set, order, circumstances) : [];
  const lost = lostKeys(set, order, { ...circumstances, custody });
  const intents = order.scope === 'custody' ? set.keys.filter((key) => key.state === 'generating') : [];
  const successions = circumstances.algorithms.flatMap(
    (algorithm) => successionOf(set, { algorithm, lost, intents, order }, circumstances) ?? [],
  );
  const inTheWay = successions
    .filter(({ by }) => by === 'fresh-key')
    .flatMap(({ algorithm }) => set.keys.filter((key) => isStandby(key, algorithm) && !lost.includes(key)));
  return { custody, lost, abandoned: [...intents, ...inTheWay] as (GeneratingKey | PublishedKey)[], successions };
}

/** Whether nobody trusts any more what an order takes, and nothing will be made where it lay. */
export function isCarriedOut({ condemned = [] }: Pick<KeySet, 'condemned'>, decision: CompromiseDecision): boolean {
  return decision.lost.length === 0 && decision.custody.every((each) => condemned.includes(each));
}

/** Where the private key of one lies. @throws RequestError KEYS_UNUSABLE: without it the order would be one for that key alone */
function custodyOfTarget(
  set: Set,
  { target }: Pick<CompromiseOrder, 'target'>,
  { custodyOf }: Pick<CompromiseCircumstances, 'custodyOf'>,
): readonly string[] {
  if ('custody' in target) return target.custody;
  const key = keyOf(set, target.kid);
  const custody = ('handle' in key && key.handle !== null && custodyOf.get(key.handle)) || [];
  if (custody.length === 0) throw custodyUnknown(target.kid);
  return custody;
}

function lostKeys(
  set: Set,
  { target, scope, kids = [] }: CompromiseOrder,
  { custodyOf, custody }: Pick<CompromiseCircumstances, 'custodyOf'> & Pick<CompromiseDecision, 'custody'>,
): readonly VerifyingKey[] {
  const isNamed = ({ kid }: VerifyingKey) => kids.includes(kid) || ('kid' in target && kid === target.kid);
  const shares = ({ handle }: VerifyingKey) => scope === 'custody' && mayLieUnder(custody, custodyOf.get(handle));
  return set.keys.filter(isVerifying).filter((key) => isNamed(key) || shares(key));
}

/** With a custody the others may still be left, if the key itself was dealt with before. */
function demandLoss(key: SigningKey, scope: CompromiseScope): void {
  if (isVerifying(key) || (key.state === 'compromised' && scope === 'custody')) return;
  if (key.state === 'compromised') throw alreadyDone(key, 'This key is compromised already.');
  throw wrongState(key, 'published, active or deactivated', 'No verifier is given it, so nobody trusts it.');
}

function custodyUnknown(kid: string): RequestError {
  return new RequestError(
    'KEYS_UNUSABLE',
    `Nobody can tell what this key lay under (${kid}): it is gone, or damaged, or its token cannot be asked. Name another key that ` +
      'lay there, and this one goes with it; or compromise it alone. Nothing was changed.',
  );
}

interface Loss {
  readonly algorithm: SigningAlgorithm;
  readonly lost: readonly VerifyingKey[];
  readonly intents: readonly GeneratingKey[];
  readonly order: CompromiseOrder;
}

/** @returns `undefined` if nobody has to take over */
function successionOf(set: Set, loss: Loss, circumstances: CompromiseCircumstances): Succession | undefined {
  const { algorithm, lost } = loss;
  const own = lost.filter((key) => key.algorithm === algorithm);
  if (own.some(({ state }) => state === 'active')) return successorOf(set, loss, circumstances);
  const isLeft = set.keys.some((key) => isVerifying(key) && key.algorithm === algorithm && !lost.includes(key));
  // Nothing was signed with it any more. But a key set without keys could not be served, and nobody would hear of this.
  return own.length > 0 && !isLeft ? freshKey(set, loss) : undefined;
}

/** Of an active key. */
function successorOf(set: Set, loss: Loss, circumstances: CompromiseCircumstances): Succession {
  const { now, timing, unusable, clockTrouble } = circumstances;
  const { algorithm, lost, order } = loss;
  const standby = set.keys.find((key) => isStandby(key, algorithm) && !lost.includes(key) && !unusable.has(key.id));
  const knownAt = standby?.state === 'published' ? activatableAt(standby, set.keys, timing) : undefined;
  if (standby?.state === 'published' && knownAt) {
    if (knownAt <= now && clockTrouble === undefined)
      return { by: 'standby', algorithm, key: standby, overrides: false };
    if (order.withoutStandby === 'fresh-key') return { by: 'standby', algorithm, key: standby, overrides: true };
    if (order.withoutStandby === 'seal') return { by: 'nobody', algorithm, until: knownAt };
  }
  if (order.withoutStandby === 'refuse') throw choiceNeeded(algorithm, knownAt, clockTrouble);
  return freshKey(set, loss);
}

function freshKey(set: Set, { algorithm, intents, order }: Loss): Succession {
  const intent = set.keys.find(
    (key): key is GeneratingKey => key.state === 'generating' && key.algorithm === algorithm && !intents.includes(key),
  );
  // Even sealed, a next key is published with it: verifiers that were given nothing would go on with what they hold.
  return {
    by: 'fresh-key',
    algorithm,
    intent,
    signs: order.withoutStandby === 'fresh-key' && mayHaveSigned(set, algorithm),
  };
}

/** Or may have: what a compromised key was before is not kept. */
const HAVE_SIGNED: ReadonlySet<KeyState> = new Set(['active', 'deactivated', 'compromised']);

/** The first key of an algorithm takes over from nobody: there is nothing for which its time to publish ahead is to be cut short. */
function mayHaveSigned({ keys }: Set, algorithm: SigningAlgorithm): boolean {
  return keys.some((key) => key.algorithm === algorithm && HAVE_SIGNED.has(key.state));
}

function isStandby(key: SigningKey, algorithm: SigningAlgorithm): key is PublishedKey {
  return key.state === 'published' && key.algorithm === algorithm;
}

function choiceNeeded(
  algorithm: SigningAlgorithm,
  knownAt: Date | undefined,
  clockTrouble: string | undefined,
): RequestError {
  const early = knownAt && `Verifiers may not know the next ${algorithm} key before ${knownAt.toISOString()}`;
  const late = clockTrouble === undefined ? '' : `, and it cannot be said how late it is (${clockTrouble})`;
  const why = early ? `${early}${late}` : `No next ${algorithm} key with sound custody is published`;
  return new RequestError(
    'KEYS_COMPROMISE_CHOICE',
    `${why}, so nothing was changed. Choose: seal (no ${algorithm} token is signed until verifiers know the next key), or ` +
      'fresh-key (the next key signs at once, and verifiers refuse its tokens until they fetch the key set again).',
    {},
    { algorithm, ...(knownAt && { notBefore: knownAt, waitsFor: 'publish-ahead' }) },
  );
}
