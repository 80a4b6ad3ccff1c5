import type { SigningAlgorithm } from '@mintmark/contract';
import type { KeyChange, KeySet, KeyTransition } from '../../model/key-set.ts';
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
import type { Ids } from '../../ports/ids.ts';
import type { KeyRepository } from '../../ports/key-repository.ts';
import { SigningProviderError, type SigningKeyProvider } from '../../ports/signing-key-provider.ts';
import { nextTransitions, type Agenda, type DueTransition, type Wait } from './next-transition.ts';
import { proveKey, proveKnownKey } from './prove-key.ts';

interface Ports {
  readonly repository: KeyRepository;
  readonly provider: SigningKeyProvider;
  readonly ids: Ids;
  readonly timing: Timing;
  /** Algorithms for which there is to be a signing key. */
  readonly algorithms: () => readonly SigningAlgorithm[];
}

/** Something due that could not be done. The rest goes on. */
export interface BlockedTransition {
  readonly transition: DueTransition['name'] | 'release';
  readonly algorithm: SigningAlgorithm;
  /** What is wrong and the way out. */
  readonly reason: string;
}

export type RotationStep =
  | { readonly outcome: 'done'; readonly transition: DueTransition; readonly set: KeySet }
  /** Another replica made the transition first. */
  | { readonly outcome: 'already-done'; readonly transition: DueTransition }
  | { readonly outcome: 'waiting'; readonly waits: readonly Wait[]; readonly blocked: readonly BlockedTransition[] };

type Due<Name extends DueTransition['name']> = Extract<DueTransition, { name: Name }>;

/**
 * Makes one due transition of the key set, if there is one. To be called again and again, on every replica: whoever comes
 * first makes it, and a crash at any point leaves the set before or after it, never between.
 */
export class RotateKeys {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** @throws what the repository throws; what a provider fails with is told in `blocked` */
  async execute(): Promise<RotationStep> {
    const { value: set, databaseTime } = await this.#ports.repository.load();
    const { due, waits } = this.#agenda(set, databaseTime);
    const blocked = await this.#releaseDestroyed(set);
    for (const transition of due) {
      try {
        return await this.#make(transition);
      } catch (error) {
        blocked.push(blockedBy(error, transition.name, algorithmOf(transition)));
      }
    }
    return { outcome: 'waiting', waits, blocked };
  }

  #agenda(set: KeySet, now: Date): Agenda {
    return nextTransitions(set, { now, timing: this.#ports.timing, algorithms: this.#ports.algorithms() });
  }

  #make(due: DueTransition): Promise<RotationStep> {
    switch (due.name) {
      case 'generate':
        return this.#generate(due);
      case 'publish':
        return this.#publish(due);
      case 'activate':
        return this.#activate(due);
      case 'destroy':
        return this.#destroy(due);
    }
  }

  /** Records the intent, so that whatever a provider makes belongs to a row. */
  #generate(due: Due<'generate'>): Promise<RotationStep> {
    const id = this.#ports.ids.next();
    return this.#commit(due, ({ algorithm }, now) => [
      { from: null, key: { id, algorithm, state: 'generating', createdAt: now } },
    ]);
  }

  /** The key is made outside the transaction, and whoever loses the race destroys what it made. */
  async #publish(due: Due<'publish'>): Promise<RotationStep> {
    const { provider, timing } = this.#ports;
    const { id, algorithm } = due.key;
    const handle = await provider.create({ algorithm, idempotencyKey: id });
    const publicJwk = await proveKey(provider, { handle, algorithm });
    provider.forget(handle); // A standby stays wrapped until it is activated.
    const step = await this.#commit(due, ({ key }, now) => [
      { from: 'generating', key: publishKey(key, { publicJwk, handle }, freezeTiming(timing), now) },
    ]);
    if (step.outcome === 'already-done') await this.#destroyOrphan(due.key, handle);
    return step;
  }

  async #activate(due: Due<'activate'>): Promise<RotationStep> {
    const { provider, timing } = this.#ports;
    // Better to keep a key that works than to hand over to one that cannot be opened.
    await proveKnownKey(provider, due.key);
    provider.forget(due.key.handle);
    return this.#commit(due, ({ key, replaces }, now) => [
      ...(replaces ? [{ from: 'active' as const, key: deactivateKey(replaces, now) }] : []),
      { from: 'published', key: activateKey(key, timing, now) },
    ]);
  }

  async #destroy(due: Due<'destroy'>): Promise<RotationStep> {
    const step = await this.#commit(due, ({ key }, now) => [{ from: 'deactivated', key: destroyKey(key, now) }]);
    if (step.outcome === 'done') await this.#releaseDestroyed(step.set);
    return step;
  }

  /** Decides again under the lock, on the database's clock: what was due a moment ago may be done, or due no more. */
  async #commit<Transition extends DueTransition>(
    due: Transition,
    changesOf: (locked: Transition, now: Date) => readonly KeyChange[],
  ): Promise<RotationStep> {
    const set = await this.#ports.repository.transact((current, now) => {
      const locked = this.#agenda(current, now).due.find((other): other is Transition => isSame(other, due));
      return locked && transitionOf(locked, changesOf(locked, now));
    });
    return set ? { outcome: 'done', transition: due, set } : { outcome: 'already-done', transition: due };
  }

  async #destroyOrphan(intent: GeneratingKey, handle: KeyHandle): Promise<void> {
    const { value: set } = await this.#ports.repository.load();
    const key = set.keys.find(({ id }) => id === intent.id);
    const isNeeded = key && (key.state === 'generating' || key.handle === handle);
    if (!isNeeded) await this.#ports.provider.destroy(handle);
  }

  /** Destroying a private key cannot be part of a transaction: the row says that it is to be done until it is done. */
  async #releaseDestroyed(set: KeySet): Promise<BlockedTransition[]> {
    const blocked: BlockedTransition[] = [];
    for (const key of set.keys) {
      if (key.state !== 'destroyed' || key.handle === null) continue;
      try {
        await this.#ports.provider.destroy(key.handle);
        await this.#ports.repository.releaseHandle(key.id);
      } catch (error) {
        blocked.push(blockedBy(error, 'release', key.algorithm));
      }
    }
    return blocked;
  }
}

const ACTOR = 'schedule';

function transitionOf(due: DueTransition, changes: readonly KeyChange[]): KeyTransition {
  const reason = due.name === 'activate' ? due.reason : undefined;
  return { name: due.name, actor: ACTOR, changes, ...(reason !== undefined && { reason }) };
}

function isSame(one: DueTransition, other: DueTransition): boolean {
  return one.name === other.name && subjectOf(one) === subjectOf(other);
}

function subjectOf(due: DueTransition): string {
  return due.name === 'generate' ? due.algorithm : due.key.id;
}

function algorithmOf(due: DueTransition): SigningAlgorithm {
  return due.name === 'generate' ? due.algorithm : due.key.algorithm;
}

function blockedBy(
  error: unknown,
  transition: BlockedTransition['transition'],
  algorithm: SigningAlgorithm,
): BlockedTransition {
  if (!(error instanceof SigningProviderError)) throw error;
  return { transition, algorithm, reason: error.message };
}
