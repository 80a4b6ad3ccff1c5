import type { SigningAlgorithm } from '@mintmark/contract';
import { RequestError } from '../../model/errors.ts';
import type { KeySet } from '../../model/key-set.ts';
import { activatableAt, type ActiveSigningKey, type PublishedKey } from '../../model/signing-key.ts';
import type { Timing } from '../../model/timing.ts';

/** What an operator's rotation does: the standby takes over from the key that signs. */
export interface Handover {
  readonly standby: PublishedKey;
  readonly active: ActiveSigningKey | undefined;
  /** Not before: verifiers must have had the time to learn of the standby. */
  readonly notBefore: Date;
}

/** @throws RequestError KEYS_NO_STANDBY */
export function handoverOf({ keys }: Pick<KeySet, 'keys'>, algorithm: SigningAlgorithm, timing: Timing): Handover {
  const own = keys.filter((key) => key.algorithm === algorithm);
  const standby = own.find((key) => key.state === 'published');
  const active = own.find((key) => key.state === 'active');
  if (standby) return { standby, active, notBefore: activatableAt(standby, keys, timing) };
  throw new RequestError(
    'KEYS_NO_STANDBY',
    `No next ${algorithm} key is published yet. It is being made: try again soon.`,
  );
}

/**
 * The same, and it must be possible now: the period of rotation is the operator's to cut short, the time that verifiers need
 * is not.
 * @throws RequestError KEYS_NO_STANDBY, KEYS_ROTATION_TOO_EARLY
 */
export function handoverNow(
  set: Pick<KeySet, 'keys'>,
  algorithm: SigningAlgorithm,
  { timing, now }: { timing: Timing; now: Date },
): Handover {
  const handover = handoverOf(set, algorithm, timing);
  const { notBefore, standby } = handover;
  if (notBefore <= now) return handover;
  throw new RequestError(
    'KEYS_ROTATION_TOO_EARLY',
    `Verifiers may not know the next key yet: it can take over at ${notBefore.toISOString()}. Try again then.`,
    { kid: standby.kid },
    { notBefore, waitsFor: 'publish-ahead' },
  );
}
