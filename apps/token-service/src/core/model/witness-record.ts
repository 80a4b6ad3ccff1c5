import type { CompromiseOrder } from './compromise.ts';
import type { KeySetVersion } from './key-set.ts';

/** What is remembered outside the database, so that a restored backup is known for one. */
export interface WitnessRecord {
  /** The highest pair of each key set, by its issuer, and the digest of what it held. */
  readonly keySets: Readonly<Record<string, KeySetVersion & { readonly digest: string }>>;
  readonly registryVersion: number;
  readonly revocationSequence: number;
  /** Kids of compromised keys, by issuer: for good, for a backup may be old. */
  readonly compromised: Readonly<Record<string, readonly string[]>>;
  /** Orders that the database was not seen to hold yet. */
  readonly reserved: readonly ReservedCompromise[];
}

export interface ReservedCompromise extends CompromiseOrder {
  readonly issuer: string;
  readonly actor: string;
  readonly kids: readonly string[];
}

export const NOTHING_WITNESSED: WitnessRecord = {
  keySets: {},
  registryVersion: 0,
  revocationSequence: 0,
  compromised: {},
  reserved: [],
};
