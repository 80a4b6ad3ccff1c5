/** Milliseconds since 1970-01-01 UTC, as in schema.ts, which builds on this file. */
type Instant = number;

interface AdminTokenTable {
  jti: string;
  client_id: string;
  expires_at: Instant;
  /** Of the signed token; null where an older version wrote the row. */
  digest: string | null;
}

/** Where an audit chain had got to, kept apart from it: a chain that is cut off no longer reaches its anchor. */
interface ReplicaAnchorTable {
  /** Whose chain it is; empty where there can be one replica only. */
  replica: string;
  /** Hash of the first line of the chain. */
  chain: string;
  seq: number;
  hash: string;
  at: Instant;
}

export interface AdministrationTables {
  admin_token: AdminTokenTable;
  replica_anchor: ReplicaAnchorTable;
}
