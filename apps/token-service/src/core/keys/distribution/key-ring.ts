import type { SigningAlgorithm } from '@mintmark/contract';
import { RequestError } from '../../model/errors.ts';
import { isLater, isSameVersion, type KeySet, type KeySetVersion } from '../../model/key-set.ts';
import { activatableAt, type ActiveSigningKey, type DeactivatedKey } from '../../model/signing-key.ts';
import type { Timing } from '../../model/timing.ts';
import type { Clock } from '../../ports/clock.ts';
import { ageSeconds, clockLeapSeconds, contactAt, laterContact, type Contact, type Question } from './contact.ts';
import { hold, lastRelease, regression, type ActiveKey, type Held, type Signer, type Signing } from './held-keys.ts';
import type { PublishedKeySet } from './key-set-document.ts';
import { denialOf, notReady, readyBut, type Denial, type Readiness } from './ring-readiness.ts';
import { longestServingSeconds } from './longest-serving.ts';

/** What can be told of a ring without asking the database. */
export interface RingFigures {
  readonly set: KeySet;
  /** Since the last contact with the database. */
  readonly leaseAgeSeconds: number;
}

interface KeyRingOptions {
  readonly clock: Clock;
  readonly timing: Timing;
  /** Those for which there is to be a signing key. */
  readonly algorithms: () => readonly SigningAlgorithm[];
  readonly seal?: () => string | undefined;
  /** Whether keys may sign as soon as every verifier has acknowledged them. */
  readonly early?: boolean;
}

const RETRY = 'Retry later.';

/**
 * The keys of this replica, in memory. It signs under a lease: however long a replica is cut off or stopped, Z after it last
 * heard from the database nothing it signs gets out.
 */
export class KeyRing {
  readonly #clock: Clock;
  readonly #timing: Timing;
  readonly #algorithms: KeyRingOptions['algorithms'];
  readonly #seal: () => string | undefined;
  readonly #early: boolean;
  #held: Held | undefined;
  #contact: Contact | undefined;
  #trouble: string | undefined;
  /** What is wrong with this machine's clock; while it is, nothing is signed. */
  #clockTrouble: string | undefined;
  #published: PublishedKeySet | undefined;
  /** Why a key that was opened could not sign, by kid; until it is opened anew. */
  readonly #failed = new Map<string, string>();
  #onAccepted: () => void = () => undefined;

  /** @param options.seal why nothing may be signed, whatever the keys are; asked before each signature and each release */
  constructor({ clock, timing, algorithms, seal = () => undefined, early = false }: KeyRingOptions) {
    this.#clock = clock;
    this.#timing = timing;
    this.#algorithms = algorithms;
    this.#seal = seal;
    this.#early = early;
  }

  /** @throws RequestError SIGNING_SEALED, SIGNING_LEASE_LAPSED */
  active(algorithm: SigningAlgorithm): ActiveKey {
    const signer = this.#signer(algorithm);
    if (signer instanceof RequestError) throw signer;
    return signer.active;
  }

  /**
   * For a token that may have any algorithm: of this one, or else of another that signs now.
   * @throws RequestError as `active` does of this one
   */
  activeOrOther(algorithm: SigningAlgorithm): ActiveKey {
    for (const each of [algorithm, ...(this.#held?.signers.keys() ?? [])]) {
      const signer = this.#signer(each);
      if (!(signer instanceof RequestError)) return signer.active;
    }
    return this.active(algorithm);
  }

  /**
   * The last check before a token leaves, after its signature and its audit record: time may have passed, or stood still.
   * @returns the token
   * @throws RequestError SIGNING_LEASE_LAPSED, SIGNING_SEALED
   */
  release(token: string, key: ActiveKey): string {
    const signer = this.#held?.signers.get(key.algorithm);
    const denial = signer?.key.kid === key.kid ? this.#whyNot(signer.key) : this.#whyNotRetired(key);
    if (denial) throw denial;
    return token;
  }

  /**
   * What verifiers are given. A replica that cannot sign goes on serving it, until it might lack a key that is about to sign.
   * @throws RequestError SIGNING_SEALED while there is no set, SIGNING_LEASE_LAPSED once it is too old
   */
  publicKeySet(): PublishedKeySet {
    const held = this.#held;
    if (!held || !this.#contact || !this.#published)
      throw new RequestError('SIGNING_SEALED', `There is no key set yet. ${RETRY}`);
    const age = ageSeconds(this.#contact, this.#clock);
    if (age > longestServingSeconds(this.#timing, { held, early: this.#early })) {
      throw new RequestError('SIGNING_LEASE_LAPSED', `The key set is too old to be relied on. ${RETRY}`, { age });
    }
    return this.#published;
  }

  /** Whether tokens can be signed, with one algorithm at least. */
  readiness(): Readiness {
    const held = [...(this.#held?.sealed.keys() ?? []), ...(this.#held?.signers.keys() ?? [])];
    const algorithms = new Set([...this.#algorithms(), ...held]);
    const denials = [...algorithms].flatMap((algorithm) => this.#denial(algorithm) ?? []);
    if (denials.length < algorithms.size) return readyBut(denials);
    return notReady(denials, { seal: this.#seal(), noKeys: this.#noKeys() });
  }

  /** Whether a token can be signed now, for each algorithm in use. */
  signing(): ReadonlyMap<SigningAlgorithm, boolean> {
    return new Map(this.#algorithms().map((algorithm) => [algorithm, !this.#denial(algorithm)] as const));
  }

  /** `undefined` while no set is held. */
  figures(): RingFigures | undefined {
    const held = this.#held;
    if (!held || !this.#contact) return undefined;
    return { set: held.set, leaseAgeSeconds: ageSeconds(this.#contact, this.#clock) };
  }

  /** To be taken before the database is asked, and handed to `renew` or `accept` with the answer. */
  contact(): Question<Held['version']> {
    return { ...contactAt(this.#clock), held: this.#held?.version };
  }

  /** Whether what the database has now is what is held, with nothing left to be opened. */
  holds(version: KeySetVersion & Pick<KeySet, 'digest'>): boolean {
    const held = this.#held;
    return (
      held !== undefined &&
      held.sealed.size === 0 &&
      this.#failed.size === 0 &&
      isSameVersion(held.version, version) &&
      held.version.digest === version.digest
    );
  }

  /** How to sign with a key that is held already, and has not failed since. */
  signingWith(kid: string): ActiveKey['sign'] | undefined {
    if (this.#failed.has(kid)) return undefined;
    return [...(this.#held?.signers.values() ?? [])].find(({ key }) => key.kid === kid)?.active.sign;
  }

  /** The database said that nothing has changed. */
  renew(contact: Contact): void {
    this.#contact = laterContact(this.#contact, contact);
    this.#trouble = undefined;
    this.#clockTrouble = undefined;
    this.#published = this.#publish(this.#contact);
  }

  /**
   * Takes a version of the set, unless it is older than the one held, or another one of the same number.
   * @param signing by kid: how to sign with each active key
   * @returns whether it was taken: one that was overtaken on its way is not
   * @throws Error saying what is wrong with the set; then the one held stays, and its lease runs out
   */
  accept(set: KeySet, signing: Signing, question: Question<Held['version']>): boolean {
    const held = this.#held?.version;
    const isOvertaken = held !== undefined && isLater(held, set);
    const before = isOvertaken ? question.held : held;
    const refusal = before && regression(before, set);
    if (refusal !== undefined) throw new Error(refusal);
    if (isOvertaken) return false;
    this.#held = hold(set, signing);
    this.#failed.clear();
    this.renew(question);
    this.#onAccepted();
    return true;
  }

  /** @param act called after each version that was taken */
  onAccepted(act: () => void): void {
    this.#onAccepted = act;
  }

  /** Its algorithm is sealed until the key has been opened anew. */
  failed(kid: string, reason: string): void {
    this.#failed.set(kid, reason);
  }

  /** Remembers why the database could not be asked, or its answer not be taken, for `readiness` to tell. */
  missed(reason: string): void {
    this.#trouble = reason;
  }

  /** All instants of a key are database time, so with another clock nothing more is signed until the two agree again. */
  distrustClock(reason: string): void {
    this.#clockTrouble = reason;
  }

  /** Put together once for each contact, not for each request. */
  #publish({ at: asOf }: Contact): PublishedKeySet | undefined {
    const { maxAge, staleIfError } = this.#timing.httpCacheSeconds;
    const cached = { maxAgeSeconds: Math.floor(maxAge), staleIfErrorSeconds: Math.floor(staleIfError) };
    return this.#held?.document && { ...this.#held.document, ...cached, asOf };
  }

  /** What signs with an algorithm now, or why nothing does. */
  #signer(algorithm: SigningAlgorithm): Signer | RequestError {
    const signer = this.#held?.signers.get(algorithm);
    if (!signer || this.#failed.has(signer.key.kid)) return this.#sealed(algorithm);
    return this.#whyNot(signer.key) ?? signer;
  }

  #whyNot(key: ActiveSigningKey): RequestError | undefined {
    const lapse = this.#lapse(key);
    if (lapse) return lapse;
    if (this.#clock.now() < key.signNotAfter) return undefined;
    const reason = `${key.kid} may not sign since ${key.signNotAfter.toISOString()}, and no successor is active`;
    return new RequestError('SIGNING_SEALED', `No key may sign ${key.algorithm} tokens now. ${RETRY}`, { reason });
  }

  #lapse({ frozen }: ActiveSigningKey | DeactivatedKey): RequestError | undefined {
    const seal = this.#seal();
    if (seal !== undefined)
      return new RequestError('SIGNING_SEALED', `Nothing is signed now. ${RETRY}`, { reason: seal });
    const wrong = this.#clockTrouble ?? this.#clockLeap();
    if (wrong !== undefined) return notNow(wrong);
    // V was computed with the lease that held when the key was published, so a longer one of today may not be used up.
    const lease = Math.min(this.#timing.signingLeaseSeconds, frozen.signingLeaseSeconds);
    const age = this.#contact ? ageSeconds(this.#contact, this.#clock) : Infinity;
    if (age < lease) return undefined;
    return notNow(
      `no contact with the database for ${age.toFixed(1)} s; signing stops after ${lease} s${this.#because()}`,
    );
  }

  /** The next contact tells which clock is right; until then neither the lease nor the times of a token can be trusted. */
  #clockLeap(): string | undefined {
    const leap = this.#contact ? clockLeapSeconds(this.#contact, this.#clock) : 0;
    if (Math.abs(leap) <= this.#timing.clockErrorSeconds) return undefined;
    return `this machine's clock leapt by ${leap.toFixed(1)} s since the last contact with the database${this.#because()}`;
  }

  /**
   * A token signed just before the rotation reached this replica is as good as any. But Z after a deactivation nothing more
   * may pass, not even on a replica that was stopped in between and has a fresh lease since.
   */
  #whyNotRetired({ kid }: ActiveKey): RequestError | undefined {
    const retired = this.#held?.deactivated.get(kid);
    const lapse = retired && this.#lapse(retired);
    if (lapse) return lapse;
    if (retired && this.#clock.now() < lastRelease(retired)) return undefined;
    return new RequestError('SIGNING_LEASE_LAPSED', 'The signing key was retired before the token was ready. Retry.', {
      kid,
    });
  }

  #sealed(algorithm: SigningAlgorithm): RequestError {
    const seal = this.#sealOf(algorithm);
    const reason = seal ?? (this.#held ? 'no key is active' : 'no key set is loaded');
    const next = seal === undefined ? this.#nextKeyOf(algorithm) : undefined;
    if (next) {
      const { kid, at } = next;
      const message = `The next ${algorithm} key signs from ${at.toISOString()} on: verifiers must learn of it first. Retry then.`;
      return new RequestError('SIGNING_SEALED', message, { reason, kid }, { notBefore: at });
    }
    return new RequestError('SIGNING_SEALED', `No key can sign ${algorithm} tokens now. ${RETRY}`, { reason });
  }

  #sealOf(algorithm: SigningAlgorithm): string | undefined {
    const signer = this.#held?.signers.get(algorithm);
    return this.#held?.sealed.get(algorithm) ?? (signer && this.#failed.get(signer.key.kid));
  }

  /** The key that waits to sign, of an algorithm that was not in use until now. */
  #nextKeyOf(algorithm: SigningAlgorithm): { readonly kid: string; readonly at: Date } | undefined {
    const { keys } = this.#held?.set ?? { keys: [] };
    const own = keys.filter((key) => key.algorithm === algorithm);
    const standby = own.find((key) => key.state === 'published');
    return standby && { kid: standby.kid, at: activatableAt(standby, keys, this.#timing) };
  }

  #denial(algorithm: SigningAlgorithm): Denial | undefined {
    const signer = this.#signer(algorithm);
    return signer instanceof RequestError ? denialOf(algorithm, signer) : undefined;
  }

  #noKeys(): string | undefined {
    if (!this.#held) return `no key set is loaded${this.#because()}`;
    const { signers, sealed } = this.#held;
    return signers.size + sealed.size === 0 ? 'no key is active' : undefined;
  }

  #because(): string {
    return this.#trouble === undefined ? '' : `: ${this.#trouble}`;
  }
}

function notNow(reason: string): RequestError {
  return new RequestError('SIGNING_LEASE_LAPSED', `This replica may not sign now. ${RETRY}`, { reason });
}
