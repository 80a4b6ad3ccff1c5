import { tamperedIds, type KeyChange, type KeySet, type KeyTransition } from '../../model/key-set.ts';
import {
  activateKey,
  deactivateKey,
  destroyKey,
  freezeTiming,
  publishKey,
  type GeneratingKey,
  type KeyHandle,
} from '../../model/signing-key.ts';
import type { Timing } from '../../model/timing.ts';
import type { VerifierEvidence } from '../../model/verifier-evidence.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ids } from '../../ports/ids.ts';
import type { KeyRepository } from '../../ports/key-repository.ts';
import { SigningProviderError, type SigningKeyProvider } from '../../ports/signing-key-provider.ts';
import { demandSameTime } from '../../model/database-clock.ts';
import type { DueTransition } from './next-transition.ts';
import { proveKey, proveKnownKey, provingOnly } from './prove-key.ts';

interface Ports {
  readonly repository: Pick<KeyRepository, 'load' | 'transact' | 'releaseHandle'>;
  readonly provider: SigningKeyProvider;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly timing: Timing;
}

/** Who makes a transition, for the record. */
export interface Author {
  /** `schedule`, or the operator's name. */
  readonly actor: string;
  /** Why, where the rules alone do not say it. */
  readonly reason?: string;
}

/**
 * Says under the lock, on the database's clock, whether a transition may still be made: what was due a moment ago may be
 * done, or due no more. It may throw; then nothing is changed.
 */
export type Reconsider = (current: KeySet, now: Date, evidence?: VerifierEvidence) => DueTransition | undefined;

export interface Made {
  readonly set: KeySet;
  /** By the database's clock. */
  readonly at: Date;
}

type Due<Name extends DueTransition['name']> = Extract<DueTransition, { name: Name }>;

/** The private key of a destroyed key that its provider could not destroy yet, and why. */
export interface Unreleased {
  readonly algorithm: GeneratingKey['algorithm'];
  readonly reason: string;
}

/** Makes transitions of the key set: each whole or not at all, in one transaction, with one event. */
export class MakeTransition {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /**
   * @returns `undefined` if somebody else made it first
   * @throws SigningProviderError, RequestError KEYS_CLOCK_WRONG, or what the repository or `reconsider` throws
   */
  execute(due: DueTransition, reconsider: Reconsider, author: Author): Promise<Made | undefined> {
    switch (due.name) {
      case 'generate':
        return this.#generate(due, reconsider, author);
      case 'publish':
        return this.#publish(due, reconsider, author);
      case 'activate':
        return this.#activate(due, reconsider, author);
      case 'deactivate':
        return this.#commit(due, reconsider, author, ({ key }, now) => [
          { from: 'active', key: deactivateKey(key, now) },
        ]);
      case 'destroy':
        return this.#destroy(due, reconsider, author);
    }
  }

  /** Destroying a private key cannot be part of a transaction: the row says that it is to be done until it is done. */
  async releaseDestroyed(set: KeySet): Promise<Unreleased[]> {
    const unreleased: Unreleased[] = [];
    for (const key of set.keys) {
      if (key.state !== 'destroyed' || key.handle === null) continue;
      try {
        await this.#ports.provider.destroy(key.handle);
        await this.#ports.repository.releaseHandle(key.id);
      } catch (error) {
        if (!(error instanceof SigningProviderError)) throw error;
        unreleased.push({ algorithm: key.algorithm, reason: error.message });
      }
    }
    return unreleased;
  }

  /** Records the intent, so that whatever a provider makes belongs to a row. */
  #generate(due: Due<'generate'>, reconsider: Reconsider, author: Author): Promise<Made | undefined> {
    const id = this.#ports.ids.next();
    return this.#commit(due, reconsider, author, ({ algorithm }, now) => [
      { from: null, key: { id, algorithm, state: 'generating', createdAt: now } },
    ]);
  }

  /** The key is made outside the transaction, and whoever loses the race destroys what it made. */
  async #publish(due: Due<'publish'>, reconsider: Reconsider, author: Author): Promise<Made | undefined> {
    const { repository, provider, timing } = this.#ports;
    const { id, algorithm } = due.key;
    const { condemned = [] } = (await repository.load()).value;
    const handle = await provider.create({ algorithm, idempotencyKey: id, condemned });
    const publicJwk = await provingOnly(provider, handle, () => proveKey(provider, { handle, algorithm }));
    const made = await this.#commit(due, reconsider, author, ({ key }, now) => [
      { from: 'generating', key: publishKey(key, { publicJwk, handle }, freezeTiming(timing), now) },
    ]);
    if (!made) await this.#destroyOrphan(due.key, { handle, kid: publicJwk.kid });
    return made;
  }

  async #activate(due: Due<'activate'>, reconsider: Reconsider, author: Author): Promise<Made | undefined> {
    const { provider, timing } = this.#ports;
    // Better to keep a key that works than to hand over to one that cannot be opened.
    await provingOnly(provider, due.key.handle, () => proveKnownKey(provider, due.key));
    return this.#commit(due, reconsider, author, ({ key, replaces }, now) => [
      ...(replaces ? [{ from: 'active' as const, key: deactivateKey(replaces, now) }] : []),
      { from: 'published', key: activateKey(key, timing, now) },
    ]);
  }

  async #destroy(due: Due<'destroy'>, reconsider: Reconsider, author: Author): Promise<Made | undefined> {
    const made = await this.#commit(due, reconsider, author, ({ key }, now) => [
      { from: key.state, key: destroyKey(key, now) },
    ]);
    if (made) await this.releaseDestroyed(made.set);
    return made;
  }

  async #commit<Transition extends DueTransition>(
    due: Transition,
    reconsider: Reconsider,
    author: Author,
    changesOf: (locked: Transition, now: Date) => readonly KeyChange[],
  ): Promise<Made | undefined> {
    const { repository, clock, timing } = this.#ports;
    const sent = clock.now();
    let at: Date | undefined;
    const set = await repository.transact((current, now, evidence) => {
      demandSameTime({ databaseTime: now, sent, received: clock.now() }, timing);
      const locked = reconsider(current, now, evidence);
      at = now;
      return locked && isSame(locked, due) ? transitionOf(locked, changesOf(locked, now), author) : undefined;
    });
    return set && at && { set, at };
  }

  /** Not one that is in the set under whatever handle, nor one whose row was tampered with: it may be put back. */
  async #destroyOrphan(intent: GeneratingKey, made: { handle: KeyHandle; kid: string }): Promise<void> {
    const { value: set } = await this.#ports.repository.load();
    const key = set.keys.find(({ id }) => id === intent.id);
    const isNeeded = key ? key.state === 'generating' || key.kid === made.kid : tamperedIds(set).has(intent.id);
    if (!isNeeded) await this.#ports.provider.destroy(made.handle);
  }
}

function transitionOf(due: DueTransition, changes: readonly KeyChange[], author: Author): KeyTransition {
  const reason = (due.name === 'activate' ? due.reason : undefined) ?? author.reason;
  return { name: due.name, actor: author.actor, changes, ...(reason !== undefined && { reason }) };
}

/** Whether two are the same transition of the same key. */
export function isSame<Transition extends DueTransition>(one: DueTransition, other: Transition): one is Transition {
  return one.name === other.name && subjectOf(one) === subjectOf(other);
}

function subjectOf(due: DueTransition): string {
  return due.name === 'generate' ? due.algorithm : due.key.id;
}
