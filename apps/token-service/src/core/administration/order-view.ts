import type { SigningAlgorithm } from '@mintmark/contract';
import { refusalAt, type OrderedTransition } from '../keys/lifecycle/decide-order.ts';
import type { DueTransition } from '../keys/lifecycle/next-transition.ts';
import type { KeySet } from '../model/key-set.ts';
import type { Timing } from '../model/timing.ts';
import { timelineOf } from './rotation-timeline.ts';
import type { RefusalView, RingName, RotationView } from './views.ts';

interface Ordered {
  readonly ring: RingName;
  readonly due: DueTransition;
  readonly at: Date;
  /** Before a plan, after a live run. */
  readonly set: Pick<KeySet, 'keys' | 'version'>;
  /** Absent after a live run. */
  readonly plan?: {
    readonly refusal: RefusalView | null;
    /** By kid. */
    readonly tokensUntil: ReadonlyMap<string, Date>;
  };
}

/** What an order changed, or would change at `at`. */
export function orderView({ ring, due, at, set, plan }: Ordered, timing: Timing): RotationView {
  const algorithm = algorithmOf(due);
  const retiredKid = retiredBy(due);
  return {
    ring,
    algorithm,
    planned: plan !== undefined,
    activeKid: signerAfter(due, set, algorithm),
    retiredKid,
    retiredTokensUntil: plan?.tokensUntil.get(retiredKid ?? '') ?? null,
    version: set.version,
    timeline: timelineOf(due, at, { keys: set.keys, timing }),
    refusal: plan?.refusal ?? null,
  };
}

export function refusalView(now: Date, ordered: OrderedTransition): RefusalView | null {
  const { due, notBefore, waitsFor, laggards = [] } = ordered;
  const refusal = refusalAt(now, ordered);
  if (!refusal) return null;
  const kid = due.name === 'activate' ? due.key.kid : '';
  return { code: refusal.code, notBefore, waitsFor, laggards: laggards.map((verifier) => ({ kid, ...verifier })) };
}

function algorithmOf(due: DueTransition): SigningAlgorithm {
  return due.name === 'generate' ? due.algorithm : due.key.algorithm;
}

/** The key that signs and would no more. */
export function retiredBy(due: DueTransition): string | null {
  if (due.name === 'deactivate') return due.key.kid;
  return due.name === 'activate' ? (due.replaces?.kid ?? null) : null;
}

function signerAfter(due: DueTransition, { keys }: Pick<KeySet, 'keys'>, algorithm: SigningAlgorithm): string | null {
  if (due.name === 'deactivate') return null;
  if (due.name === 'activate') return due.key.kid;
  const active = keys.find((key) => key.state === 'active' && key.algorithm === algorithm);
  return active?.state === 'active' ? active.kid : null;
}
