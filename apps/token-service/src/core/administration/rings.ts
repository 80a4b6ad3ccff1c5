import type { SigningAlgorithm } from '@mintmark/contract';
import type { OperateKeys } from '../keys/lifecycle/operate-keys.ts';
import type { KeyRepository } from '../ports/key-repository.ts';
import type { RingName } from './views.ts';

/** What operators see of one key ring. */
export interface InspectedRing {
  readonly repository: Pick<KeyRepository, 'load'>;
  /** Algorithms for which there is to be a signing key. */
  readonly algorithms: () => readonly SigningAlgorithm[];
}

/** And what they do with it. */
export interface OperatedRing extends InspectedRing {
  readonly operateKeys: Pick<OperateKeys, 'execute'>;
}

export type InspectedRings = Readonly<Record<RingName, InspectedRing>>;
export type OperatedRings = Readonly<Record<RingName, OperatedRing>>;
