import type { RotateNow } from '../keys/lifecycle/rotate-now.ts';
import type { KeyRepository } from '../ports/key-repository.ts';
import type { RingName } from './views.ts';

/** What operators see and do of one key ring. */
export interface OperatedRing {
  readonly repository: Pick<KeyRepository, 'load'>;
  readonly rotateNow: RotateNow;
}

export type OperatedRings = Readonly<Record<RingName, OperatedRing>>;
