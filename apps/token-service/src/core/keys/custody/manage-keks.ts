import { recordDone, recordingFailure } from '../../audit/record-action.ts';
import type { OperatorAction } from '../../model/audit-event.ts';
import { RequestError } from '../../model/errors.ts';
import type { AuditLog } from '../../ports/audit-log.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KeyWraps, WrappedKey } from '../../ports/key-wraps.ts';
import { SigningProviderError } from '../../ports/signing-key-provider.ts';

interface Ports {
  readonly wraps: KeyWraps;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

export interface KekStatus {
  readonly keks: readonly KekView[];
  /** Stored keys in all. */
  readonly keys: number;
}

export interface KekView {
  readonly id: string;
  /** `null`: not at hand, only what it wrapped is. */
  readonly file: string | null;
  readonly primary: boolean;
  /** How many stored keys it opens, and how many only it does. */
  readonly wraps: number;
  readonly soleWraps: number;
}

/** `add`: under one more. `rotate`: under the primary one in its place. `drop`: no longer under it. */
export type KekAction = 'add' | 'rotate' | 'drop';

export interface KekStepRequest {
  readonly action: KekAction;
  readonly kekId: string;
  /** `next` of the step before; `null`: from the beginning. */
  readonly after: string | null;
}

export interface KekStep {
  /** Keys looked at until now, and in all. */
  readonly looked: number;
  readonly keys: number;
  /** Of this step. */
  readonly changed: number;
  readonly failed: readonly { readonly key: string; readonly reason: string }[];
  /** To go on with; `null`: this was the last step. */
  readonly next: string | null;
}

const KEYS_PER_STEP = 20;

/**
 * Changes the key-encryption keys that stored keys are wrapped under: key by key, so that it can be stopped anywhere and begun
 * again, and a key that cannot be opened is named and left as it is.
 */
export class ManageKeks {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  async status(): Promise<KekStatus> {
    const keys = await this.#ports.wraps.wrapped();
    const atHand = this.#ports.wraps.keks();
    const others = new Set(keys.flatMap(({ kekIds }) => kekIds).filter((id) => !atHand.some((kek) => kek.id === id)));
    const view = (id: string, file: string | null, primary: boolean): KekView => {
      const own = keys.filter(({ kekIds }) => kekIds.includes(id));
      return {
        id,
        file,
        primary,
        wraps: own.length,
        soleWraps: own.filter(({ kekIds }) => kekIds.length === 1).length,
      };
    };
    return {
      keks: [
        ...atHand.map(({ id, file }, at) => view(id, file, at === 0)),
        ...[...others].map((id) => view(id, null, false)),
      ],
      keys: keys.length,
    };
  }

  /** @throws RequestError KEK_UNKNOWN, KEK_PRIMARY; then nothing was done */
  async step({ action, kekId, after }: KekStepRequest, requestId: string): Promise<KekStep> {
    const keys = inOrder(await this.#ports.wraps.wrapped());
    const record = (end: Pick<OperatorAction, 'outcome' | 'code'>) =>
      this.#record({ action, kekId, requestId, ...end });
    await record({ outcome: 'begun' });
    const from = keys.filter((key) => after !== null && placeOf(key) <= after).length;
    const batch = keys.slice(from, from + KEYS_PER_STEP);
    const step = await recordingFailure({ record }, async () => {
      this.#demandSensible(action, kekId, keys);
      return this.#change(action, kekId, batch);
    });
    const outcome = step.failed.length === 0 ? 'done' : 'failed';
    await recordDone(() => record({ outcome }), { what: `A step of kek.${action}` });
    const looked = from + batch.length;
    return { ...step, looked, keys: keys.length, next: looked < keys.length ? placeOf(batch.at(-1)!) : null };
  }

  async #change(
    action: KekAction,
    kekId: string,
    keys: readonly WrappedKey[],
  ): Promise<Pick<KekStep, 'changed' | 'failed'>> {
    const failed: { key: string; reason: string }[] = [];
    let changed = 0;
    for (const key of keys) {
      try {
        if (await this.#changeOne(action, kekId, key)) changed++;
      } catch (error) {
        if (!(error instanceof SigningProviderError)) throw error;
        failed.push({ key: key.name, reason: error.message });
      }
    }
    return { changed, failed };
  }

  async #changeOne(action: KekAction, kekId: string, key: WrappedKey): Promise<boolean> {
    const { wraps } = this.#ports;
    switch (action) {
      case 'add':
        return wraps.add(key, kekId);
      case 'drop':
        return wraps.drop(key, kekId);
      case 'rotate': {
        const added = await wraps.add(key, wraps.keks()[0]!.id);
        return (await wraps.drop(key, kekId)) || added;
      }
    }
  }

  #demandSensible(action: KekAction, kekId: string, keys: readonly WrappedKey[]): void {
    const atHand = this.#ports.wraps.keks();
    const isAtHand = atHand.some(({ id }) => id === kekId);
    const isKnown = isAtHand || (action !== 'add' && keys.some(({ kekIds }) => kekIds.includes(kekId)));
    if (!isKnown) {
      const ids = atHand.map(({ id }) => id).join(', ');
      const fix = action === 'add' ? ' Name its file in MINTMARK_KEK_FILES and restart.' : '';
      throw new RequestError('KEK_UNKNOWN', `There is no key-encryption key ${kekId}; at hand: ${ids}.${fix}`);
    }
    if (action !== 'add' && atHand[0]?.id === kekId) {
      throw new RequestError(
        'KEK_PRIMARY',
        `${kekId} is the primary key-encryption key: what is made next would be wrapped under it again. Make another one MINTMARK_KEK_FILE first.`,
      );
    }
  }

  #record(about: Recorded): Promise<void> {
    const { action, kekId: subject, ...rest } = about;
    const { audit, clock } = this.#ports;
    const event: OperatorAction = {
      ...{ event: 'operator.action', actor: 'host', plan: false, action: `kek.${action}`, subject },
      ...{ time: clock.now(), ...rest },
    };
    return audit.append(event);
  }
}

interface Recorded extends Pick<OperatorAction, 'requestId' | 'outcome' | 'code'> {
  readonly action: KekAction;
  readonly kekId: string;
}

/** Keys come and go between two steps, so a place is a name and no number. */
function placeOf({ kind, id }: WrappedKey): string {
  return `${kind}/${id}`;
}

function inOrder(keys: readonly WrappedKey[]): readonly WrappedKey[] {
  return [...keys].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}
