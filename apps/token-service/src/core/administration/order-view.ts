import type { SigningAlgorithm } from '@mintmark/contract';
import type { DueTransition } from '../keys/lifecycle/next-transition.ts';
import type { KeySet } from '../model/key-set.ts';
import type { Timing } from '../model/timing.ts';
import { timelineOf } from './rotation-timeline.ts';
import type { RingName, RotationView } from './views.ts';

interface Ordered {
  readonly ring: RingName;
  readonly due: DueTransition;
  readonly at: Date;
  /** Before a plan, after a live run. */
  readonly set: Pick<KeySet, 'keys' | 'version'>;
  readonly planned: boolean;
}

/** What an order changed, or would change at `at`. */
export function orderView({ ring, due, at, set, planned }: Ordered, timing: Timing): RotationView {
  const algorithm = algorithmOf(due);
  return {
    ring,
    algorithm,
    planned,
    activeKid: signerAfter(due, set, algorithm),
    retiredKid: retiredBy(due),
    version: set.version,
    timeline: timelineOf(due, at, timing),
  };
}

function algorithmOf(due: DueTransition): SigningAlgorithm {
  return due.name === 'generate' ? due.algorithm : due.key.algorithm;
}

function retiredBy(due: DueTransition): string | null {
  if (due.name === 'deactivate') return due.key.kid;
  return due.name === 'activate' ? (due.replaces?.kid ?? null) : null;
}

function signerAfter(due: DueTransition, { keys }: Pick<KeySet, 'keys'>, algorithm: SigningAlgorithm): string | null {
  if (due.name === 'deactivate') return null;
  if (due.name === 'activate') return due.key.kid;
  const active = keys.find((key) => key.state === 'active' && key.algorithm === algorithm);
  return active?.state === 'active' ? active.kid : null;
}
