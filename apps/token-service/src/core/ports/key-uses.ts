/** A key, and a client that has a token of it. */
export interface ClientUse {
  readonly kid: string;
  readonly client: string;
  /** When the last of its tokens expires, or a little later. */
  readonly until: Date;
}

/** Clients with tokens of a key: all of them counted, the first few named. */
export interface TokenHolders {
  readonly clients: number;
  readonly holders: readonly Omit<ClientUse, 'kid'>[];
}

/** Until when there are tokens of a key, and whose, by what all replicas have signed. */
export interface KeyUses {
  /** Keeps the later of what is stored and what is given. @param latest by kid: the latest `exp` */
  record(latest: ReadonlyMap<string, Date>, byClient: readonly ClientUse[]): Promise<void>;
  /** By kid; those that have signed nothing are not in it. */
  of(kids: readonly string[]): Promise<ReadonlyMap<string, Date>>;
  /** By kid: how many clients have a token that expires after `now`. */
  clientsOf(kids: readonly string[], now: Date): Promise<ReadonlyMap<string, number>>;
  /** @param most how many to name */
  holdersOf(kid: string, now: Date, most: number): Promise<TokenHolders>;
  /** Drops what had ended before. */
  prune(before: Date): Promise<void>;
}
