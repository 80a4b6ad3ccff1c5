import type { SigningAlgorithm } from '@mintmark/contract';
import { RequestError } from '../../model/errors.ts';
import type { KeySet } from '../../model/key-set.ts';
import type { Timing } from '../../model/timing.ts';
import type { VerifierEvidence } from '../../model/verifier-evidence.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KeyRepository } from '../../ports/key-repository.ts';
import { SigningProviderError } from '../../ports/signing-key-provider.ts';
import { demandSameTime } from '../../model/database-clock.ts';
import { isSame, type Author, type MakeTransition, type Reconsider } from './make-transition.ts';
import { nextTransitions, type Agenda, type DueTransition, type Wait } from './next-transition.ts';

interface Ports {
  readonly repository: Pick<KeyRepository, 'load'>;
  readonly makeTransition: MakeTransition;
  readonly clock: Clock;
  readonly timing: Timing;
  /** Algorithms for which there is to be a signing key. */
  readonly algorithms: () => readonly SigningAlgorithm[];
  /** Why nothing may be changed. */
  readonly seal?: () => string | undefined;
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
  | {
      readonly outcome: 'waiting';
      readonly waits: readonly Wait[];
      readonly blocked: readonly BlockedTransition[];
      /** Why this replica leaves all of it to others. */
      readonly abstains?: string;
    };

const SCHEDULE: Author = { actor: 'schedule' };

/**
 * Makes one due transition of the key set, if there is one. To be called again and again, on every replica: whoever comes
 * first makes it, and a crash at any point leaves the set before or after it, never between.
 */
export class RotateKeys {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** @throws what the repository throws; what a provider fails with is told in `blocked`, a clock that is off in `abstains` */
  async execute(): Promise<RotationStep> {
    try {
      return await this.#execute();
    } catch (error) {
      if (!(error instanceof RequestError) || error.code !== 'KEYS_CLOCK_WRONG') throw error;
      return { outcome: 'waiting', waits: [], blocked: [], abstains: error.message };
    }
  }

  async #execute(): Promise<RotationStep> {
    const { repository, makeTransition, clock, timing } = this.#ports;
    const sent = clock.now();
    const { value: set, databaseTime, evidence } = await repository.load();
    if (this.#ports.seal?.() !== undefined) return { outcome: 'waiting', waits: [], blocked: [] };
    demandSameTime({ databaseTime, sent, received: clock.now() }, timing);
    const { due, waits } = this.#agenda(set, databaseTime, evidence);
    const unreleased = await makeTransition.releaseDestroyed(set);
    const blocked = unreleased.map((each): BlockedTransition => ({ transition: 'release', ...each }));
    for (const transition of due) {
      try {
        return await this.#make(transition);
      } catch (error) {
        blocked.push(blockedBy(error, transition));
      }
    }
    return { outcome: 'waiting', waits, blocked };
  }

  #agenda(set: KeySet, now: Date, evidence?: VerifierEvidence): Agenda {
    return nextTransitions(set, { now, timing: this.#ports.timing, algorithms: this.#ports.algorithms(), evidence });
  }

  async #make(due: DueTransition): Promise<RotationStep> {
    const stillDue: Reconsider = (current, now, evidence) =>
      this.#agenda(current, now, evidence).due.find((other) => isSame(other, due));
    const made = await this.#ports.makeTransition.execute(due, stillDue, SCHEDULE);
    return made ? { outcome: 'done', transition: due, set: made.set } : { outcome: 'already-done', transition: due };
  }
}

function blockedBy(error: unknown, due: DueTransition): BlockedTransition {
  if (!(error instanceof SigningProviderError)) throw error;
  const algorithm = due.name === 'generate' ? due.algorithm : due.key.algorithm;
  return { transition: due.name, algorithm, reason: error.message };
}
