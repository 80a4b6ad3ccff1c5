import type { ChangePosition, ChangeRecorded } from '../model/audit-event.ts';

/** Rows that the database wrote about changes, in the transactions that made them. */
export interface ChangeFeed {
  /** Every stream there is, with its newest change. */
  heads(): Promise<readonly ChangePosition[]>;
  /** What follows a place in a stream, in order. */
  after(position: ChangePosition, limit: number): Promise<readonly ChangeRecorded[]>;
}
