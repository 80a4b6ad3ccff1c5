import type { SigningAlgorithm } from '@mintmark/contract';
import type { PublicJwk } from '@mintmark/jws';
import type { CompromiseOrder } from '../../model/compromise.ts';
import type { KeyChange, KeyTransition } from '../../model/key-set.ts';
import {
  activateKey,
  compromiseKey,
  destroyKey,
  freezeTiming,
  publishKey,
  type GeneratingKey,
  type KeyHandle,
} from '../../model/signing-key.ts';
import type { Timing } from '../../model/timing.ts';
import type { CompromiseDecision, Succession } from './decide-compromise.ts';

/** What was made ready outside the transaction, by what it will be: a standby that opens, or a key that nobody knows yet. */
export interface Prepared {
  readonly proved: ReadonlySet<string>;
  readonly fresh: ReadonlyMap<SigningAlgorithm, FreshKey>;
}

export interface FreshKey {
  readonly id: string;
  readonly intended: boolean;
  readonly publicJwk: PublicJwk;
  readonly handle: KeyHandle;
}

interface Writing {
  readonly order: CompromiseOrder;
  readonly actor: string;
  readonly prepared: Prepared;
  readonly timing: Timing;
  /** The latest it may be: by a clock that is behind, a key that is published now would sign before verifiers have it. */
  readonly now: Date;
}

/** The one transition that ends trust in what is lost and lets the successors take over. */
export function compromiseTransition(decision: CompromiseDecision, writing: Writing): KeyTransition {
  const { order, actor, now } = writing;
  const { custody, lost, abandoned, successions } = decision;
  const changes: KeyChange[] = [
    ...lost.map((key) => ({ from: key.state, key: compromiseKey(key, now) })),
    ...abandoned.map((key) => ({ from: key.state, key: destroyKey(key, now) })),
    ...successions.flatMap((succession) => changesOf(succession, writing)),
  ];
  const overridden = successions.filter(
    (each) => (each.by === 'standby' && each.overrides) || (each.by === 'fresh-key' && each.signs),
  );
  const override = overridden.map(({ algorithm }) => algorithm).join(', ');
  const reason = `compromised (${order.scope}): ${order.reason}`;
  return {
    name: 'compromise',
    actor,
    reason: override === '' ? reason : `${reason}; emergency override of the time to publish ahead: ${override}`,
    ...(custody.length > 0 && { condemns: custody }),
    changes,
  };
}

function changesOf(succession: Succession, { prepared, timing, now }: Writing): readonly KeyChange[] {
  switch (succession.by) {
    case 'nobody':
      return [];
    case 'standby':
      return [{ from: 'published', key: activateKey(succession.key, timing, now) }];
    case 'fresh-key': {
      const { id, publicJwk, handle } = prepared.fresh.get(succession.algorithm)!;
      const { algorithm, intent, signs } = succession;
      const generating: GeneratingKey = intent ?? { id, algorithm, state: 'generating', createdAt: now };
      const published = publishKey(generating, { publicJwk, handle }, freezeTiming(timing), now);
      return [
        ...(intent ? [] : [{ from: null, key: generating }]),
        { from: 'generating', key: published },
        ...(signs ? [{ from: 'published' as const, key: activateKey(published, timing, now) }] : []),
      ];
    }
  }
}
