import type { ReservedCompromise } from '../model/witness-record.ts';

/**
 * Remembers orders outside the database, so that neither a crash nor a restored backup loses one: reserved before the
 * transaction, and confirmed by what the database is seen to hold after it.
 */
export interface CompromiseIntents {
  /** All of them at once: a crash leaves all of them or none. Resolves also where nothing could be written: see `areKept`. */
  reserve(intents: readonly ReservedCompromise[]): Promise<void>;
  /** They were refused: nothing was committed. */
  withdraw(intents: readonly ReservedCompromise[]): Promise<void>;
  /** Those of one key set that were neither withdrawn nor confirmed. */
  reserved(issuer: string): readonly ReservedCompromise[];
  /** The same, without those that others who share what is remembered have withdrawn or confirmed meanwhile. */
  standing(issuer: string): Promise<readonly ReservedCompromise[]>;
  /** Whether all that is to be remembered is, outside the database: else a backup from before would bring the keys back unnoticed. */
  areKept(): boolean;
}

export const unwitnessed: CompromiseIntents = {
  reserve: () => Promise.resolve(),
  withdraw: () => Promise.resolve(),
  reserved: () => [],
  standing: () => Promise.resolve([]),
  areKept: () => false,
};
