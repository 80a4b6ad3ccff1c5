import type { SigningAlgorithm } from '@mintmark/contract';
import type { Ids } from '../../ports/ids.ts';
import type { KeyRepository } from '../../ports/key-repository.ts';
import type { SigningKeyProvider } from '../../ports/signing-key-provider.ts';
import type { FreshKey, Prepared } from './compromise-transition.ts';
import type { CompromiseDecision, Succession } from './decide-compromise.ts';
import { obstacleOf, proveKey, provingOnly } from './prove-key.ts';

interface Ports {
  readonly repository: Pick<KeyRepository, 'load'>;
  readonly provider: SigningKeyProvider;
  readonly ids: Ids;
}

/** Makes ready, before anything is changed, those that are to take over. */
export class Successors {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /**
   * @param known.unusable ids of standbys that do not open: others are added
   * @returns `undefined` if a standby turned out not to open
   */
  async prepare(
    { successions }: CompromiseDecision,
    { unusable, condemned }: { unusable: Set<string>; condemned: readonly string[] },
  ): Promise<Prepared | undefined> {
    const proved = new Set<string>();
    const fresh = new Map<SigningAlgorithm, FreshKey>();
    for (const succession of successions) {
      if (succession.by === 'fresh-key') fresh.set(succession.algorithm, await this.#make(succession, condemned));
      if (succession.by !== 'standby') continue;
      const { key } = succession;
      const obstacle = await obstacleOf(this.#ports.provider, key);
      (obstacle ? unusable : proved).add(key.id);
    }
    if (successions.every((each) => each.by !== 'standby' || proved.has(each.key.id))) return { proved, fresh };
    await this.destroyOrphans({ fresh });
    return undefined;
  }

  async #make(
    { algorithm, intent }: Extract<Succession, { by: 'fresh-key' }>,
    condemned: readonly string[],
  ): Promise<FreshKey> {
    const { provider, ids } = this.#ports;
    const id = intent?.id ?? ids.next();
    const handle = await provider.create({ algorithm, idempotencyKey: id, condemned });
    const publicJwk = await provingOnly(provider, handle, () => proveKey(provider, { handle, algorithm }));
    return { id, intended: intent !== undefined, publicJwk, handle };
  }

  /** Those that no row names: what was prepared for a set that has changed meanwhile. */
  async destroyOrphans({ fresh }: Pick<Prepared, 'fresh'>): Promise<void> {
    if (fresh.size === 0) return;
    const { value: set } = await this.#ports.repository.load();
    const named = new Set(set.keys.map(({ id }) => id));
    for (const { id, handle } of fresh.values()) {
      if (!named.has(id)) await this.#ports.provider.destroy(handle);
    }
  }
}

/** Whether it is what was made ready. */
export function isReady(succession: Succession, { proved, fresh }: Prepared): boolean {
  switch (succession.by) {
    case 'standby':
      return proved.has(succession.key.id);
    case 'nobody':
      return true;
    case 'fresh-key': {
      const made = fresh.get(succession.algorithm);
      return made !== undefined && (succession.intent ? succession.intent.id === made.id : !made.intended);
    }
  }
}
