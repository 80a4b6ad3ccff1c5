import type { SigningAlgorithm } from '@mintmark/contract';
import type { KeySet } from '../../model/key-set.ts';
import {
  activatableAt,
  exposedUntil,
  isVerifying,
  rotatesAt,
  type ActiveSigningKey,
  type CompromisedKey,
  type DeactivatedKey,
  type GeneratingKey,
  type PublishedKey,
  type SigningKey,
} from '../../model/signing-key.ts';
import { LARGEST_KEY_SET, type Timing } from '../../model/timing.ts';
import { isHeldByAll, type VerifierEvidence, type VerifierName } from '../../model/verifier-evidence.ts';

/** A transition that may be made now. */
export type DueTransition =
  | { readonly name: 'generate'; readonly algorithm: SigningAlgorithm }
  | { readonly name: 'publish'; readonly key: GeneratingKey }
  | {
      readonly name: 'activate';
      readonly key: PublishedKey;
      readonly replaces?: ActiveSigningKey;
      readonly reason?: string;
    }
  /** Of an algorithm that is no longer in use: nothing replaces it. */
  | { readonly name: 'deactivate'; readonly key: ActiveSigningKey }
  | { readonly name: 'destroy'; readonly key: PublishedKey | DeactivatedKey | CompromisedKey };

/** One that may not, and when it may. */
export interface Wait {
  readonly transition: 'generate' | 'activate' | 'destroy';
  /** `null`: a key that is not made yet. */
  readonly kid: string | null;
  readonly algorithm: SigningAlgorithm;
  readonly until: Date;
  /**
   * `publish-ahead`: verifiers must have had the time to learn of the key. `rotation-period`: its predecessor is not due.
   * `last-token`: what it signed may still be alive. `exposure`: a verifier may still accept it, and operators look at it.
   * `set-size`: the key set holds as many keys as it may.
   */
  readonly for: 'publish-ahead' | 'rotation-period' | 'last-token' | 'exposure' | 'set-size';
  /** Without them it would be sooner: the first few verifiers that have not acknowledged the key. */
  readonly laggards?: readonly VerifierName[];
}

/** What a schedule is made on, beside the keys themselves. */
export interface Moment {
  readonly now: Date;
  readonly timing: Timing;
  /** Those for which there is to be a signing key. */
  readonly algorithms: readonly SigningAlgorithm[];
  /** Read with the keys; absent where verifiers are to be expected that acknowledge nothing, so that none can shorten P. */
  readonly evidence?: VerifierEvidence | undefined;
}

export interface Agenda {
  /** The most urgent one first. */
  readonly due: readonly DueTransition[];
  /** The earliest one first. */
  readonly waits: readonly Wait[];
}

/** The issuer has no verifiers before its first key signs, so there is nobody to wait for. */
export const FIRST_KEY = 'the first key of this issuer: no verifier to wait for';

/** What is to be done about a key set, and what is waited for. A pure function: the whole schedule of rotation is here. */
export function nextTransitions(set: Pick<KeySet, 'keys' | 'firstActivatedAt'>, moment: Moment): Agenda {
  const { now, algorithms } = moment;
  const steps = [
    ...algorithms.map((algorithm) => succession(set, algorithm, moment)),
    ...set.keys.filter((key) => key.state === 'active').map((key) => expiry(key, algorithms, now)),
    ...set.keys.filter((key) => key.state === 'deactivated').map((key) => retirement(key, now)),
    ...set.keys.filter((key) => key.state === 'compromised').map((key) => disposal(key, moment)),
  ].filter((step) => step !== undefined);
  return {
    due: steps.filter((step) => 'name' in step).sort((a, b) => URGENCY[a.name] - URGENCY[b.name]),
    waits: steps.filter((step) => 'until' in step).sort((a, b) => a.until.getTime() - b.until.getTime()),
  };
}

const URGENCY: Readonly<Record<DueTransition['name'], number>> = {
  activate: 0,
  publish: 1,
  generate: 2,
  deactivate: 3,
  destroy: 4,
};

/** Keeps one standby published, and lets it take over when both its own time and its predecessor's have come. */
function succession(
  set: Pick<KeySet, 'keys' | 'firstActivatedAt'>,
  algorithm: SigningAlgorithm,
  { now, timing, evidence }: Moment,
): DueTransition | Wait {
  const own = set.keys.filter((key) => key.algorithm === algorithm);
  const generating = find(own, 'generating');
  if (generating) return { name: 'publish', key: generating };
  const standby = find(own, 'published');
  if (!standby) return roomWait(set, algorithm, now) ?? { name: 'generate', algorithm };
  if (set.firstActivatedAt === null) return { name: 'activate', key: standby, reason: FIRST_KEY };
  const active = find(own, 'active');
  const known = activatableAt(standby, set.keys, timing, evidence);
  const wait = activationWait(standby, known, active && rotatesAt(active, timing));
  if (wait.until > now) return { ...wait, ...(wait.for === 'publish-ahead' && behind(standby, evidence)) };
  return { name: 'activate', key: standby, ...(active && { replaces: active }) };
}

/**
 * Until when there is no room for one more key in the set. Only rotations by hand, one after another, get that far: each
 * leaves a key behind whose tokens are still alive.
 */
export function roomWait(set: Pick<KeySet, 'keys'>, algorithm: SigningAlgorithm, now: Date): Wait | undefined {
  const published = set.keys.filter((key) => isVerifying(key) || key.state === 'generating');
  if (published.length < LARGEST_KEY_SET) return undefined;
  const leaving = set.keys.filter((key) => key.state === 'deactivated').map(({ verifyUntil }) => verifyUntil.getTime());
  const until = new Date(Math.max(now.getTime(), Math.min(...leaving)));
  return { transition: 'generate', kid: null, algorithm, until, for: 'set-size' };
}

/** Who keeps a key from signing early. */
export function behind({ kid }: PublishedKey, evidence?: VerifierEvidence): Pick<Wait, 'laggards'> {
  if (!evidence || isHeldByAll(kid, evidence)) return {};
  const laggards = evidence.laggards.get(kid) ?? [];
  return laggards.length > 0 ? { laggards } : {};
}

function activationWait({ kid, algorithm }: PublishedKey, known: Date, due: Date | undefined): Wait {
  const about = { transition: 'activate', kid, algorithm } as const;
  if (due && due > known) return { ...about, until: due, for: 'rotation-period' };
  return { ...about, until: known, for: 'publish-ahead' };
}

/** A key of an algorithm that nobody uses any more goes when it may sign no longer; before that, an operator may say so. */
function expiry(key: ActiveSigningKey, algorithms: readonly SigningAlgorithm[], now: Date): DueTransition | undefined {
  if (algorithms.includes(key.algorithm) || key.signNotAfter > now) return undefined;
  return { name: 'deactivate', key };
}

function retirement(key: DeactivatedKey, now: Date): DueTransition | Wait {
  if (key.verifyUntil <= now) return { name: 'destroy', key };
  const { kid, algorithm, verifyUntil: until } = key;
  return { transition: 'destroy', kid, algorithm, until, for: 'last-token' };
}

/** Its private key is worth nothing any more; its row shows that it was compromised for as long as that concerns a verifier. */
function disposal(key: CompromisedKey, { now, timing }: { now: Date; timing: Timing }): DueTransition | Wait {
  const until = exposedUntil(key, timing);
  if (until <= now) return { name: 'destroy', key };
  return { transition: 'destroy', kid: key.kid, algorithm: key.algorithm, until, for: 'exposure' };
}

function find<State extends SigningKey['state']>(keys: readonly SigningKey[], state: State) {
  return keys.find((key): key is Extract<SigningKey, { state: State }> => key.state === state);
}
