import type { WitnessRecord } from '../model/witness-record.ts';

/** There is a witness, and what it says cannot be believed or read. The message says why and the way out. */
export class WitnessUnreadable extends Error {
  override readonly name = 'WitnessUnreadable';
}

/** Remembers, outside the database, how far the database had got. */
export interface KeySetWitness {
  /**
   * @returns `undefined` if nothing was ever remembered
   * @throws WitnessUnreadable
   */
  read(): Promise<WitnessRecord | undefined>;
  /** Whole or not at all, and durable when it resolves. */
  write(record: WitnessRecord): Promise<void>;
}
