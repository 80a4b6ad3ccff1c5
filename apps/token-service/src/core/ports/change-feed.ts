import type { ChangePosition, ChangeRecorded } from '../model/audit-event.ts';

/** Rows that the database wrote about changes, in the transactions that made them. */
export interface ChangeFeed {
  /** Every stream there is, with its newest change. */
  heads(): Promise<readonly ChangePosition[]>;
  /** What follows a place in a stream, in order. */
  after(position: ChangePosition, limit: number): Promise<readonly ChangeRecorded[]>;
  /**
   * Drops rows of a stream that are older than `before` and not behind `copied`, so many at a time, where clients and not operators
   * make them grow: others stay, for they are few.
   */
  forget(copied: ChangePosition, before: Date): Promise<void>;
}
