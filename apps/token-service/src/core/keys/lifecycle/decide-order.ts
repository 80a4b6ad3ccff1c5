import type { SigningAlgorithm } from '@mintmark/contract';
import { RequestError } from '../../model/errors.ts';
import { tamperingWith, type KeySet } from '../../model/key-set.ts';
import {
  activatableAt,
  maySignFrom,
  type ActiveSigningKey,
  type PublishedKey,
  type SigningKey,
} from '../../model/signing-key.ts';
import { verifierLabel, type VerifierName } from '../../model/verifier-evidence.ts';
import { behind, roomWait, type DueTransition, type Moment } from './next-transition.ts';

/** What an operator wants of one key set. */
export type KeyOrder =
  | { readonly verb: 'rotate' | 'prepare'; readonly algorithm: SigningAlgorithm }
  | { readonly verb: 'activate' | 'deactivate' | 'destroy'; readonly kid: string };

/** The transition that an order comes to, and from when on it may be made. */
export interface OrderedTransition {
  readonly due: DueTransition;
  /** In the past: at once. */
  readonly notBefore: Date;
  /** What is waited for until then. */
  readonly waitsFor: 'publish-ahead' | 'last-token' | 'set-size';
  /** Without them it could be sooner. */
  readonly laggards?: readonly VerifierName[];
}

export interface Circumstances extends Moment {
  /** Ids of standbys that were found not to open, though their provider answers. */
  readonly damaged?: ReadonlySet<string>;
}

type Set = Pick<KeySet, 'keys' | 'tampered'>;

/**
 * What an order means for a key set as it is. Pure: a plan and a live run decide by the same function.
 * @throws RequestError why it cannot be done, whenever: KEYS_KID_UNKNOWN, KEYS_STATE_WRONG, KEYS_ALREADY_DONE,
 * KEYS_ALGORITHM_UNUSED, KEYS_NO_STANDBY, KEYS_SUCCESSOR_NEEDED, KEYS_UNUSABLE
 */
export function decideOrder(set: Set, order: KeyOrder, at: Circumstances): OrderedTransition {
  demandUntampered(set, 'kid' in order ? keyOf(set, order.kid).algorithm : order.algorithm);
  switch (order.verb) {
    case 'prepare':
      return preparation(set, order.algorithm, at);
    case 'rotate':
      return handover(set, standbyOf(set, order.algorithm, at), at);
    case 'activate':
      return activation(set, keyOf(set, order.kid), at);
    case 'deactivate':
      return deactivation(set, keyOf(set, order.kid), at);
    case 'destroy':
      return destruction(set, keyOf(set, order.kid), at);
  }
}

/**
 * The same, and it must be possible now: the period of rotation is the operator's to cut short, the time that verifiers need
 * is not.
 * @throws RequestError as above, and KEYS_ROTATION_TOO_EARLY, KEYS_DESTRUCTION_TOO_EARLY, KEYS_SET_FULL
 */
export function decideOrderNow(set: Set, order: KeyOrder, at: Circumstances): OrderedTransition {
  const ordered = decideOrder(set, order, at);
  const refusal = refusalAt(at.now, ordered);
  if (refusal) throw refusal;
  return ordered;
}

/** Why it cannot be done at that moment, though later it can: KEYS_ROTATION_TOO_EARLY, KEYS_DESTRUCTION_TOO_EARLY or KEYS_SET_FULL. */
export function refusalAt(now: Date, ordered: OrderedTransition): RequestError | undefined {
  return ordered.notBefore <= now ? undefined : tooEarly(ordered);
}

function preparation(set: Set, algorithm: SigningAlgorithm, { now, algorithms }: Circumstances): OrderedTransition {
  demandUse(algorithm, algorithms);
  const own = set.keys.filter((key) => key.algorithm === algorithm);
  const standby = own.find((key) => key.state === 'published');
  if (standby) throw alreadyDone(standby, `The next ${algorithm} key is published already: ${standby.kid}.`);
  const generating = own.find((key) => key.state === 'generating');
  if (generating) return { due: { name: 'publish', key: generating }, notBefore: now, waitsFor: 'set-size' };
  const room = roomWait(set, algorithm, now);
  return { due: { name: 'generate', algorithm }, notBefore: room?.until ?? now, waitsFor: 'set-size' };
}

function activation(set: Set, key: SigningKey, at: Circumstances): OrderedTransition {
  if (key.state === 'published') return handover(set, key, at);
  if (key.state === 'active') throw alreadyDone(key, 'This key signs already.');
  throw wrongState(key, 'published', 'A key that has signed, or was given up, never signs again.');
}

/** A key in use stops when its successor starts, in one transition: there is no moment without a signer. */
function deactivation(set: Set, key: SigningKey, at: Circumstances): OrderedTransition {
  if (key.state === 'deactivated') throw alreadyDone(key, 'This key signs no more already.');
  if (key.state !== 'active') throw wrongState(key, 'active', 'One that is published is given up with destroy.');
  if (at.algorithms.includes(key.algorithm)) return handover(set, standbyOf(set, key.algorithm, at), at);
  return { due: { name: 'deactivate', key }, notBefore: at.now, waitsFor: 'last-token' };
}

function destruction(set: Set, key: SigningKey, at: Circumstances): OrderedTransition {
  switch (key.state) {
    case 'deactivated':
      return { due: { name: 'destroy', key }, notBefore: key.verifyUntil, waitsFor: 'last-token' };
    case 'published':
      demandTimeForAnother(set, key, at);
      return { due: { name: 'destroy', key }, notBefore: at.now, waitsFor: 'last-token' };
    case 'destroyed':
      throw alreadyDone(key, 'This key is destroyed already.');
    case 'active':
      throw wrongState(key, 'deactivated, or published', 'Deactivate it first, and wait until its last token is dead.');
    case 'generating':
    case 'compromised':
      throw wrongState(key, 'deactivated, or published', 'The schedule takes care of it.');
  }
}

/** The standby takes over from the key that signs. */
function handover(set: Set, standby: PublishedKey, { timing, now, evidence }: Circumstances): OrderedTransition {
  const { algorithm } = standby;
  const replaces = set.keys.find(
    (key): key is ActiveSigningKey => key.state === 'active' && key.algorithm === algorithm,
  );
  const due = { name: 'activate', key: standby, ...(replaces && { replaces }) } as const;
  const known = activatableAt(standby, set.keys, timing, evidence);
  const room = roomWait(set, algorithm, now);
  // Without room for its own standby the next rotation could not be prepared.
  return room && room.until > known
    ? { due, notBefore: room.until, waitsFor: 'set-size' }
    : { due, notBefore: known, waitsFor: 'publish-ahead', ...behind(standby, evidence) };
}

/** @throws RequestError KEYS_ALGORITHM_UNUSED, KEYS_NO_STANDBY */
function standbyOf({ keys }: Set, algorithm: SigningAlgorithm, { algorithms }: Circumstances): PublishedKey {
  const standby = keys.find((key): key is PublishedKey => key.state === 'published' && key.algorithm === algorithm);
  if (standby) return standby;
  demandUse(algorithm, algorithms);
  throw new RequestError(
    'KEYS_NO_STANDBY',
    `No next ${algorithm} key is published, so nothing could sign. It is made within seconds, or with mintmark keys prepare.`,
    {},
    { algorithm, waitsFor: 'publish' },
  );
}

/**
 * A key cannot be given up when another could not be ready before the one that signs has to stop. One that could not take over
 * either is only in the way of that other, as is any when the time to stop has come.
 */
function demandTimeForAnother({ keys }: Set, standby: PublishedKey, { now, timing, damaged }: Circumstances): void {
  const active = keys.find((key) => key.state === 'active' && key.algorithm === standby.algorithm);
  if (active?.state !== 'active' || active.signNotAfter <= now || damaged?.has(standby.id)) return;
  const others = keys.filter(({ id }) => id !== standby.id);
  if (maySignFrom(now, others, timing) < active.signNotAfter) return;
  throw new RequestError(
    'KEYS_SUCCESSOR_NEEDED',
    `The key that signs must stop at ${active.signNotAfter.toISOString()}, before another standby could take over. ` +
      'Rotate to this one first. If it cannot take over, it can be destroyed then.',
    {},
    { kid: standby.kid, algorithm: standby.algorithm },
  );
}

function demandUse(algorithm: SigningAlgorithm, algorithms: readonly SigningAlgorithm[]): void {
  if (algorithms.includes(algorithm)) return;
  throw new RequestError(
    'KEYS_ALGORITHM_UNUSED',
    `Nothing is signed with ${algorithm} here. In use: ${algorithms.join(', ')}.`,
    {},
    { algorithm },
  );
}

/** What somebody has tampered with is no ground for a change, nor for a plan of it. @throws RequestError KEYS_UNUSABLE */
export function demandUntampered(set: Pick<KeySet, 'tampered'>, algorithm: SigningAlgorithm): void {
  const finding = tamperingWith(set, algorithm);
  if (finding !== undefined) throw new RequestError('KEYS_UNUSABLE', `${algorithm} is sealed: ${finding}.`);
}

/** @throws RequestError KEYS_KID_UNKNOWN, or KEYS_UNUSABLE if it may be in a row that was tampered with */
export function keyOf({ keys, tampered }: Set, kid: string): SigningKey {
  const key = keys.find((each) => 'kid' in each && each.kid === kid);
  if (key) return key;
  if (tampered?.[0])
    throw new RequestError('KEYS_UNUSABLE', `This ring has no key ${kid} to rely on: ${tampered[0].finding}.`);
  throw new RequestError(
    'KEYS_KID_UNKNOWN',
    `This ring has no key ${kid}. It may be in another ring, or destroyed: see mintmark keys status.`,
  );
}

export function wrongState(key: SigningKey, needed: string, wayOut: string): RequestError {
  const { state, algorithm } = key;
  return new RequestError(
    'KEYS_STATE_WRONG',
    `This key is ${state}; it would have to be ${needed}. ${wayOut}`,
    {},
    { kid: kidOf(key), algorithm, state },
  );
}

export function alreadyDone(key: SigningKey, message: string): RequestError {
  const { state, algorithm } = key;
  return new RequestError(
    'KEYS_ALREADY_DONE',
    `${message} Nothing was changed.`,
    {},
    { kid: kidOf(key), algorithm, state },
  );
}

function kidOf(key: SigningKey): string | null {
  return 'kid' in key ? key.kid : null;
}

function tooEarly({ due, notBefore, waitsFor, laggards = [] }: OrderedTransition): RequestError {
  const kid = due.name === 'generate' ? null : kidOf(due.key);
  const told = { kid, notBefore, waitsFor, ...(laggards.length > 0 && { laggards: laggards.map(verifierLabel) }) };
  const at = notBefore.toISOString();
  switch (waitsFor) {
    case 'publish-ahead':
      return new RequestError(
        'KEYS_ROTATION_TOO_EARLY',
        `Verifiers may not know the next key yet: it can take over at ${at}. Try again then.${waitingFor(laggards)}`,
        {},
        told,
      );
    case 'last-token':
      return new RequestError(
        'KEYS_DESTRUCTION_TOO_EARLY',
        `Tokens that this key signed may still be alive: it can be destroyed at ${at}, and will be then by itself.`,
        {},
        told,
      );
    case 'set-size':
      return new RequestError(
        'KEYS_SET_FULL',
        `The key set holds as many keys as verifiers are given at once. The next of them leaves it at ${at}. Try again then.`,
        {},
        told,
      );
  }
}

function waitingFor(laggards: readonly VerifierName[]): string {
  if (laggards.length === 0) return '';
  const named = laggards.slice(0, 3).map(verifierLabel).join('; ');
  return ` It could sooner, but these have not acknowledged it: ${named}${laggards.length > 3 ? '; and others' : ''}.`;
}

/** Where the order is carried out: by the key it was decided for, so that whoever comes second is told. */
export function bind(order: KeyOrder, { due }: OrderedTransition): KeyOrder {
  if (order.verb !== 'rotate' || due.name !== 'activate') return order;
  return { verb: 'activate', kid: due.key.kid };
}
