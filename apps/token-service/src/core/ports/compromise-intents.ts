import type { CompromiseOrder } from '../model/compromise.ts';

/** An order to end the trust in keys, written down before it is carried out. */
export interface CompromiseIntent extends CompromiseOrder {
  readonly actor: string;
  readonly kids: readonly string[];
}

/**
 * Remembers orders outside the database, so that neither a crash nor a restored backup loses one: reserved before the
 * transaction, and confirmed by what the database is seen to hold after it.
 */
export interface CompromiseIntents {
  reserve(intent: CompromiseIntent): Promise<void>;
  /** It was refused: nothing was committed. */
  withdraw(intent: CompromiseIntent): Promise<void>;
  /** Those that were neither withdrawn nor confirmed. */
  reserved(): readonly CompromiseIntent[];
}

export const unwitnessed: CompromiseIntents = {
  reserve: () => Promise.resolve(),
  withdraw: () => Promise.resolve(),
  reserved: () => [],
};
