import type { CompromiseOrder } from './compromise.ts';
import type { KeySetVersion } from './key-set.ts';
import type { RevocationHead } from './revocation.ts';

/** What is remembered outside the database, so that a restored backup is known for one. */
export interface WitnessRecord {
  /** The highest pair of each key set, by its issuer, and the digest of what it held. */
  readonly keySets: Readonly<Record<string, KeySetVersion & { readonly digest: string }>>;
  readonly registryVersion: number;
  /** How far what is revoked had got. */
  readonly revocations: RevocationHead;
  /** Kids of compromised keys, by issuer: for good, for a backup may be old. */
  readonly compromised: Readonly<Record<string, readonly string[]>>;
  /** Custodies that were compromised, by issuer: for good, too. */
  readonly condemned: Readonly<Record<string, readonly string[]>>;
  /** The latest key that proved key sets: one before it may be known to others. */
  readonly sealVersion: number;
  /** Orders that the database was not seen to hold yet. */
  readonly reserved: readonly ReservedCompromise[];
}

/** An order to end the trust in keys of one key set, written down before it is carried out. */
export interface ReservedCompromise extends CompromiseOrder {
  readonly issuer: string;
  readonly actor: string;
  readonly kids: readonly string[];
}

export const NOTHING_WITNESSED: WitnessRecord = {
  keySets: {},
  registryVersion: 0,
  revocations: { epoch: 0, sequence: 0 },
  compromised: {},
  condemned: {},
  sealVersion: 0,
  reserved: [],
};
