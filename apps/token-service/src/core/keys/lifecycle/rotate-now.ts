import type { SigningAlgorithm } from '@mintmark/contract';
import type { KeySet } from '../../model/key-set.ts';
import { activateKey, deactivateKey } from '../../model/signing-key.ts';
import type { Timing } from '../../model/timing.ts';
import type { KeyRepository } from '../../ports/key-repository.ts';
import type { SigningKeyProvider } from '../../ports/signing-key-provider.ts';
import type { RefreshKeyRing } from '../distribution/refresh-key-ring.ts';
import { handoverNow, type Handover } from './decide-rotation.ts';
import { proveKnownKey } from './prove-key.ts';

interface Ports {
  readonly repository: Pick<KeyRepository, 'load' | 'transact'>;
  readonly provider: SigningKeyProvider;
  readonly refreshKeyRing: Pick<RefreshKeyRing, 'execute'>;
  readonly timing: Timing;
}

export interface Rotated {
  readonly handover: Handover;
  readonly set: KeySet;
  readonly at: Date;
}

/** Lets the standby take over because an operator wants it, before the schedule would. */
export class RotateNow {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** @throws RequestError KEYS_NO_STANDBY, KEYS_ROTATION_TOO_EARLY; SigningProviderError if the standby cannot be opened */
  async execute(algorithm: SigningAlgorithm, actor: string): Promise<Rotated> {
    const { repository, provider, refreshKeyRing, timing } = this.#ports;
    const { value: seen, databaseTime } = await repository.load();
    const { standby } = handoverNow(seen, algorithm, { timing, now: databaseTime });
    // Better to keep a key that works than to hand over to one that cannot be opened.
    await proveKnownKey(provider, standby);
    provider.forget(standby.handle);
    let done: Omit<Rotated, 'set'> | undefined;
    const set = await repository.transact((current, now) => {
      const handover = handoverNow(current, algorithm, { timing, now });
      done = { handover, at: now };
      const { active } = handover;
      const retired = active ? [{ from: 'active' as const, key: deactivateKey(active, now) }] : [];
      const activated = { from: 'published' as const, key: activateKey(handover.standby, timing, now) };
      return { name: 'activate', actor, reason: 'asked for by an operator', changes: [...retired, activated] };
    });
    await refreshKeyRing.execute();
    return { ...done!, set: set! };
  }
}
