/** Until when there are tokens of a key, by what all replicas have signed. */
export interface KeyUses {
  /** Keeps the later of what is stored and what is given. @param latest by kid: the latest `exp` */
  record(latest: ReadonlyMap<string, Date>): Promise<void>;
  /** By kid; those that have signed nothing are not in it. */
  of(kids: readonly string[]): Promise<ReadonlyMap<string, Date>>;
}
