/** Milliseconds since 1970-01-01 UTC, as in schema.ts, which builds on this file. */
type Instant = number;

/** One row: which version of the registry the other tables hold. */
interface RegistryTable {
  id: number;
  version: number;
}

interface TrustedIssuerTable {
  id: string;
  disabled: number;
  /** Profile, keys, algorithms and use: JSON. */
  trust: string;
}

interface ResourceTable {
  id: string;
  uri: string | null;
  operated_by: string | null;
  /** JSON, in the order declared. */
  scopes: string;
  token_lifetime_seconds: number;
  signing_algorithm: string;
  sender_constraint: string;
}

interface ClientTable {
  id: string;
  disabled: number;
  /** JSON. */
  credentials: string;
}

interface ClientSecretTable {
  id: string;
  client_id: string;
  digest: Uint8Array;
  digest_key_id: string;
  created_at: Instant;
  expires_at: Instant | null;
  last_used_at: Instant | null;
}

interface PolicyTable {
  id: string;
  client_id: string;
  resource_id: string;
  /** Place among the policies of the same client and resource, from 1. */
  ordinal: number;
  /** JSON. */
  scopes: string;
}

/** What each version changed: names and actions, no contents. */
interface RegistryEventTable {
  version: number;
  at: Instant;
  actor: string;
  /** JSON. */
  changes: string;
}

export interface RegistryTables {
  registry: RegistryTable;
  trusted_issuer: TrustedIssuerTable;
  resource: ResourceTable;
  client: ClientTable;
  client_secret: ClientSecretTable;
  policy: PolicyTable;
  registry_event: RegistryEventTable;
}
