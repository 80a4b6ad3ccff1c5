import type { SigningAlgorithm } from '@mintmark/contract';
import type { PublicJwk } from '@mintmark/jws';
import { afterlifeSeconds, earlyPublishAheadSeconds, exposureSeconds, type Timing } from './timing.ts';
import { isHeldByAll, type VerifierEvidence } from './verifier-evidence.ts';

/**
 * A provider's reference to one version of one key, never to an alias: `<provider>:<reference>`.
 * What follows the colon means something to that provider alone.
 */
export type KeyHandle = `${string}:${string}`;

export type KeyState = SigningKey['state'];

/** Trust never comes back: no arrow leads from a later state to an earlier one. */
export const LEGAL_TRANSITIONS: Readonly<Record<KeyState, readonly KeyState[]>> = {
  generating: ['published', 'destroyed'],
  published: ['active', 'compromised', 'destroyed'],
  active: ['deactivated', 'compromised'],
  deactivated: ['compromised', 'destroyed'],
  compromised: ['destroyed'],
  destroyed: [],
};

/** What a key promises from its publication on, whatever the settings become later. Seconds, as in {@link Timing}. */
export type FrozenTiming = Pick<
  Timing,
  'maxTokenLifetimeSeconds' | 'leewaySeconds' | 'clockErrorSeconds' | 'signingLeaseSeconds' | 'publishAheadSeconds'
>;

export function freezeTiming(timing: Timing): FrozenTiming {
  const { maxTokenLifetimeSeconds, leewaySeconds, clockErrorSeconds, signingLeaseSeconds, publishAheadSeconds } =
    timing;
  return { maxTokenLifetimeSeconds, leewaySeconds, clockErrorSeconds, signingLeaseSeconds, publishAheadSeconds };
}

interface KeyIdentity {
  /** Known before the key exists, and the idempotency key with which its provider makes it. */
  readonly id: string;
  readonly algorithm: SigningAlgorithm;
  readonly createdAt: Date;
}

/** An intent: the provider is making the key, or has made it and nobody was told. */
export interface GeneratingKey extends KeyIdentity {
  readonly state: 'generating';
}

interface MadeKey extends KeyIdentity {
  /** RFC 7638 thumbprint, so it can never name another key. */
  readonly kid: string;
  readonly publicJwk: PublicJwk;
  readonly handle: KeyHandle;
  readonly frozen: FrozenTiming;
  readonly publishedAt: Date;
}

/** In the key set, not signing yet: NIST SP 800-57 pre-activation. */
export interface PublishedKey extends MadeKey {
  readonly state: 'published';
}

interface ActivatedKey extends MadeKey {
  readonly activatedAt: Date;
  /** No signature from then on. */
  readonly signNotAfter: Date;
  /** V: in the key set until then. */
  readonly verifyUntil: Date;
}

export interface ActiveSigningKey extends ActivatedKey {
  readonly state: 'active';
}

/** Verifies what it signed; signs nothing new. */
export interface DeactivatedKey extends ActivatedKey {
  readonly state: 'deactivated';
  readonly deactivatedAt: Date;
}

/** Out of the key set at once, whatever it has signed. */
export interface CompromisedKey extends MadeKey {
  readonly state: 'compromised';
  readonly compromisedAt: Date;
}

export interface DestroyedKey extends KeyIdentity {
  readonly state: 'destroyed';
  readonly kid: string | null;
  /** Until the provider has destroyed the private key: then `null`. */
  readonly handle: KeyHandle | null;
  readonly destroyedAt: Date;
}

export type SigningKey =
  GeneratingKey | PublishedKey | ActiveSigningKey | DeactivatedKey | CompromisedKey | DestroyedKey;

/** A key of the set that verifiers are given. */
export type VerifyingKey = PublishedKey | ActiveSigningKey | DeactivatedKey;

export function isVerifying(key: SigningKey): key is VerifyingKey {
  return key.state === 'published' || key.state === 'active' || key.state === 'deactivated';
}

export function publishKey(
  { id, algorithm, createdAt }: GeneratingKey,
  made: { readonly publicJwk: PublicJwk; readonly handle: KeyHandle },
  frozen: FrozenTiming,
  now: Date,
): PublishedKey {
  const { publicJwk, handle } = made;
  return {
    id,
    algorithm,
    createdAt,
    state: 'published',
    kid: publicJwk.kid,
    publicJwk,
    handle,
    frozen,
    publishedAt: now,
  };
}

/**
 * When a key that is published at an instant may begin to sign. Of all the P in the set and that of today the longest counts: a
 * replica that still runs with a longer one serves the set without this key for as long as that one allows.
 * @param keys of the whole set, as it is with that key
 */
export function maySignFrom(publishedAt: Date, keys: readonly SigningKey[], timing: Timing): Date {
  const ahead = keys.filter(isVerifying).map(({ frozen }) => frozen.publishAheadSeconds);
  return secondsAfter(publishedAt, Math.max(timing.publishAheadSeconds, ...ahead));
}

/**
 * The same of a key that is published, which every verifier may have shown to hold, so that P can be shorter. Then the longest Z
 * counts, for the same reason.
 * @param keys of the whole set
 * @param evidence only where no verifiers are to be expected that do not watch or poll as ours do
 */
export function activatableAt(
  key: PublishedKey,
  keys: readonly SigningKey[],
  timing: Timing,
  evidence?: VerifierEvidence,
): Date {
  const known = maySignFrom(key.publishedAt, keys, timing);
  if (!evidence || !isHeldByAll(key.kid, evidence)) return known;
  const leases = keys.filter(isVerifying).map(({ frozen }) => frozen.signingLeaseSeconds);
  const lease = Math.max(timing.signingLeaseSeconds, ...leases);
  const early = secondsAfter(key.publishedAt, earlyPublishAheadSeconds(timing, lease));
  return early < known ? early : known;
}

export function rotatesAt(key: ActiveSigningKey, timing: Timing): Date {
  return secondsAfter(key.activatedAt, timing.rotationPeriodSeconds);
}

/** Two missed rotations harm nobody: a key may sign for three periods. */
const PERIODS_OF_SIGNING = 3;

export function activateKey(key: PublishedKey, timing: Timing, now: Date): ActiveSigningKey {
  const signNotAfter = secondsAfter(now, PERIODS_OF_SIGNING * timing.rotationPeriodSeconds);
  const verifyUntil = secondsAfter(signNotAfter, afterlifeSeconds(key.frozen));
  return { ...key, state: 'active', activatedAt: now, signNotAfter, verifyUntil };
}

/** Lowers V to what the last possible token needs, so a retired key leaves the set in minutes, not days. Never raises it. */
export function deactivateKey(key: ActiveSigningKey, now: Date): DeactivatedKey {
  const lastTokenDead = secondsAfter(now, afterlifeSeconds(key.frozen));
  const verifyUntil = lastTokenDead < key.verifyUntil ? lastTokenDead : key.verifyUntil;
  return { ...key, state: 'deactivated', deactivatedAt: now, verifyUntil };
}

/** Trust never comes back, whatever the key was before. */
export function compromiseKey(key: VerifyingKey, now: Date): CompromisedKey {
  const { id, algorithm, createdAt, kid, publicJwk, handle, frozen, publishedAt } = key;
  const made = { id, algorithm, createdAt, kid, publicJwk, handle, frozen, publishedAt };
  return { ...made, state: 'compromised', compromisedAt: now };
}

/** When no conforming verifier accepts a compromised key any more. */
export function exposedUntil({ compromisedAt }: CompromisedKey, timing: Timing): Date {
  return secondsAfter(compromisedAt, exposureSeconds(timing));
}

export function destroyKey(
  key: GeneratingKey | PublishedKey | DeactivatedKey | CompromisedKey,
  now: Date,
): DestroyedKey {
  const { id, algorithm, createdAt } = key;
  const made = key.state === 'generating' ? { kid: null, handle: null } : { kid: key.kid, handle: key.handle };
  return { id, algorithm, createdAt, ...made, state: 'destroyed', destroyedAt: now };
}

/** Past this a rotation is late: nobody is harmed yet, and somebody should look. */
const PERIODS_BEFORE_WARNING = 1.25;

export function overdueAt(key: ActiveSigningKey, timing: Timing): Date {
  return secondsAfter(key.activatedAt, PERIODS_BEFORE_WARNING * timing.rotationPeriodSeconds);
}

/** @param moment.algorithms those in use: a key of another one has no successor, and is to have none */
export function overdueKeys(
  keys: readonly SigningKey[],
  moment: { readonly now: Date; readonly timing: Timing; readonly algorithms: readonly SigningAlgorithm[] },
): readonly ActiveSigningKey[] {
  const { now, timing, algorithms } = moment;
  const active = keys.filter((key): key is ActiveSigningKey => key.state === 'active');
  return active.filter((key) => algorithms.includes(key.algorithm) && overdueAt(key, timing) <= now);
}

/** V − L − ε: a token that expires later could outlive its key at a verifier whose clock is slow. */
export function latestExpiry({ verifyUntil, frozen }: ActiveSigningKey | DeactivatedKey): Date {
  return new Date(Math.floor(verifyUntil.getTime() - 1000 * (frozen.leewaySeconds + frozen.clockErrorSeconds)));
}

/** Rounded up to the millisecond: what is computed with it may come late, never early. */
export function secondsAfter(instant: Date, seconds: number): Date {
  return new Date(Math.ceil(instant.getTime() + 1000 * seconds));
}
