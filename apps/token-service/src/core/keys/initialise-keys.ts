import { RequestError } from '../model/errors.ts';
import { tamperedIds } from '../model/key-set.ts';
import type { KeyHandle } from '../model/signing-key.ts';
import type { KeyRepository } from '../ports/key-repository.ts';
import { SigningProviderError, type SigningKeyProvider } from '../ports/signing-key-provider.ts';
import type { Refresh, RefreshKeyRing } from './distribution/refresh-key-ring.ts';
import type { BlockedTransition, RotateKeys } from './lifecycle/rotate-keys.ts';
import type { Wait } from './lifecycle/next-transition.ts';

interface Ports {
  readonly rotateKeys: RotateKeys;
  readonly refreshKeyRing: RefreshKeyRing;
  readonly repository: KeyRepository;
  readonly provider: SigningKeyProvider;
}

export interface KeysAtStart {
  readonly waits: readonly Wait[];
  readonly blocked: readonly BlockedTransition[];
  readonly sealed: Refresh['sealed'];
  /** Keys that the provider holds and no row mentions. They never sign; whether they may be destroyed is for people to say. */
  readonly orphans: readonly KeyHandle[];
  /** Why the provider could not say what it holds. */
  readonly unlisted?: string;
  /** Why nothing that is stored about these keys can be believed: then nothing is served either. */
  readonly unverified?: string;
}

// A first start takes five for each algorithm; the rest of a long backlog is for the schedule.
const MOST_STEPS = 40;

/** Before the first request: does what is due, in a fresh database makes the first key, and loads the ring. */
export class InitialiseKeys {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** @throws what the repository throws */
  async execute(): Promise<KeysAtStart> {
    try {
      return await this.#initialise();
    } catch (error) {
      if (!(error instanceof SigningProviderError)) throw error;
      return { waits: [], blocked: [], sealed: [], orphans: [], unverified: error.message };
    }
  }

  async #initialise(): Promise<KeysAtStart> {
    const { waits, blocked } = await this.#doWhatIsDue();
    const sealed = await this.#load();
    return { waits, blocked, sealed, ...(await this.#findOrphans()) };
  }

  /** With a clock that is wrong nothing is held yet: the ring says why, and the polls go on. */
  async #load(): Promise<Refresh['sealed']> {
    try {
      return (await this.#ports.refreshKeyRing.execute()).sealed;
    } catch (error) {
      if (error instanceof RequestError && error.code === 'KEYS_CLOCK_WRONG') return [];
      throw error;
    }
  }

  async #doWhatIsDue(): Promise<Pick<KeysAtStart, 'waits' | 'blocked'>> {
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const step = await this.#ports.rotateKeys.execute();
      if (step.outcome === 'waiting') return step;
    }
    return { waits: [], blocked: [] };
  }

  /** Of two keys made for one row at the same moment, the row names one. Nobody is to destroy that of a row that is put back. */
  async #findOrphans(): Promise<Pick<KeysAtStart, 'orphans' | 'unlisted'>> {
    const { value: set } = await this.#ports.repository.load();
    const known = new Map(set.keys.map((key) => [key.id, key.state === 'generating' ? undefined : key.handle]));
    const tampered = tamperedIds(set);
    const orphans: KeyHandle[] = [];
    try {
      for await (const { handle, idempotencyKey } of this.#ports.provider.list()) {
        if (tampered.has(idempotencyKey)) continue;
        if (!known.has(idempotencyKey) || (known.get(idempotencyKey) ?? handle) !== handle) orphans.push(handle);
      }
      return { orphans };
    } catch (error) {
      if (error instanceof SigningProviderError) return { orphans, unlisted: error.message };
      throw error;
    }
  }
}
