/** Milliseconds since 1970-01-01 UTC, as in schema.ts, which builds on this file. */
type Instant = number;

/** One row: how far the changes of the other table have got. */
interface RevocationFeedTable {
  id: number;
  epoch: number;
  sequence: number;
}

interface RevocationTable {
  kind: string;
  id: string;
  revoked_at: Instant;
  ends_at: Instant;
  issued_before: Instant | null;
  client_id: string | null;
  sequence: number;
}

/** One change, one sequence number, one row. */
interface RevocationEventTable {
  epoch: number;
  sequence: number;
  at: Instant;
  actor: string;
  /** JSON. */
  change: string;
}

export interface RevocationTables {
  revocation_feed: RevocationFeedTable;
  revocation: RevocationTable;
  revocation_event: RevocationEventTable;
}
