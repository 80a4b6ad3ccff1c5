import type { SigningAlgorithm } from '@mintmark/contract';
import type { CompromiseKeys } from '../keys/lifecycle/compromise-keys.ts';
import type { OperateKeys } from '../keys/lifecycle/operate-keys.ts';
import type { KeyRepository } from '../ports/key-repository.ts';
import type { RingName } from './views.ts';

/** What operators see of one key ring. */
export interface InspectedRing {
  readonly repository: Pick<KeyRepository, 'load'>;
  /** Algorithms for which there is to be a signing key. */
  readonly algorithms: () => readonly SigningAlgorithm[];
  readonly issuer: string;
  readonly operateKeys: Pick<OperateKeys, 'plan'>;
  readonly compromiseKeys: Pick<CompromiseKeys, 'plan'>;
}

/** And what they do with it. */
export interface OperatedRing extends InspectedRing {
  readonly operateKeys: Pick<OperateKeys, 'plan' | 'execute'>;
  readonly compromiseKeys: Pick<CompromiseKeys, 'plan' | 'take' | 'letGo' | 'carryOut' | 'catchUp'>;
}

export type InspectedRings = Readonly<Record<RingName, InspectedRing>>;
export type OperatedRings = Readonly<Record<RingName, OperatedRing>>;
