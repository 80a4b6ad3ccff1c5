/** When each client secret was last used. */
export interface SecretUses {
  /** Keeps the later of what is stored and what is given. */
  record(uses: ReadonlyMap<string, Date>): Promise<void>;
  /** By secret id; those never used are not in it. */
  of(clientIds: readonly string[]): Promise<ReadonlyMap<string, Date>>;
}
