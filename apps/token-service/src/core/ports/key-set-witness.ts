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
  /**
   * Adds what is newer than what others have remembered there meanwhile: whole or not at all, and durable when it resolves.
   * @param was what this process wrote last: an order in it that is not in the record has come to its end
   * @throws WitnessUnreadable
   */
  write(record: WitnessRecord, was: WitnessRecord | undefined): Promise<void>;
  /** The same, and puts it in the place of what cannot be read. */
  writeAnew(record: WitnessRecord): Promise<void>;
}
