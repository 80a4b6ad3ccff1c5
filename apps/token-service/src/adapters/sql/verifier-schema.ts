/** Milliseconds since 1970-01-01 UTC, as in schema.ts, which builds on this file. */
type Instant = number;

interface VerifierAckTable {
  client_id: string;
  resource_id: string;
  instance_id: string;
  /** Of the key set it acknowledged; all three null until it has acknowledged one. */
  epoch: number | null;
  version: number | null;
  digest: string | null;
  /** Kids of that set, sorted: JSON. Equal sets have one spelling, so verifiers are counted by it. */
  kids: string;
  heard_at: Instant;
  /** `jti` and `kid` of the token that opened its stream; null where an older version wrote the row. */
  token_id: string | null;
  signed_by: string | null;
}

interface KeyUseTable {
  kid: string;
  /** The latest `exp` of a token that the key has signed. */
  latest_exp: Instant;
}

interface KeyClientUseTable {
  kid: string;
  client_id: string;
  /** The latest `exp` of a token that the key has signed for the client. */
  latest_exp: Instant;
}

export interface VerifierTables {
  verifier_ack: VerifierAckTable;
  key_use: KeyUseTable;
  key_client_use: KeyClientUseTable;
}
