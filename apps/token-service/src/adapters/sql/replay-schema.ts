/** What may be used once and has been. */
interface OneTimeUseTable {
  key: string;
  /** Milliseconds since 1970-01-01 UTC. */
  forget_at: number;
}

export interface ReplayTables {
  one_time_use: OneTimeUseTable;
}
