import type { AdministrationTables } from './administration-schema.ts';
import type { RegistryTables } from './registry-schema.ts';
import type { ReplayTables } from './replay-schema.ts';
import type { RevocationTables } from './revocation-schema.ts';
import type { VerifierTables } from './verifier-schema.ts';

/** Milliseconds since 1970-01-01 UTC. One type in every database, so that what a MAC or digest covers has one spelling. */
export type Instant = number;

interface KeySetTable {
  issuer: string;
  epoch: number;
  version: number;
  digest: string;
  first_activated_at: Instant | null;
  /** For each living row its algorithm and digest: JSON. */
  key_rows: string | null;
  /** Over all of the above. */
  mac: string | null;
}

interface SigningKeyTable {
  /** Also the idempotency key with which custody creates the key. */
  id: string;
  issuer: string;
  algorithm: string;
  state: string;
  kid: string | null;
  public_jwk: string | null;
  handle: string | null;
  max_token_lifetime_seconds: number | null;
  leeway_seconds: number | null;
  clock_error_seconds: number | null;
  signing_lease_seconds: number | null;
  publish_ahead_seconds: number | null;
  created_at: Instant;
  published_at: Instant | null;
  activated_at: Instant | null;
  sign_not_after: Instant | null;
  verify_until: Instant | null;
  deactivated_at: Instant | null;
  destroyed_at: Instant | null;
}

interface KeyEventTable {
  issuer: string;
  epoch: number;
  /** The version that the transition made: one transition, one version, one row. */
  version: number;
  at: Instant;
  transition: string;
  actor: string;
  reason: string | null;
  /** The keys it changed, as they are afterwards: JSON. Replaying them in order gives the key set. */
  changes: string;
  digest: string;
  /** Over all of the above; `null`: a version wrote it that kept none. */
  mac: string | null;
}

/** Private keys of the local provider, encrypted. */
interface LocalKeyTable {
  id: string;
  issuer: string;
  algorithm: string;
  kid: string;
  ciphertext: Uint8Array;
  /** The data key under each key-encryption key: JSON. */
  wraps: string;
  created_at: Instant;
}

/** Keys of the digests of client secrets, encrypted. */
interface DigestKeyTable {
  id: string;
  purpose: string;
  version: number;
  ciphertext: Uint8Array;
  wraps: string;
  created_at: Instant;
}

/** What keys lay under when it was compromised. */
interface CondemnedCustodyTable {
  custody: string;
  at: Instant;
}

export interface KeyTables {
  keyset: KeySetTable;
  signing_key: SigningKeyTable;
  key_event: KeyEventTable;
  local_key: LocalKeyTable;
  digest_key: DigestKeyTable;
  condemned_custody: CondemnedCustodyTable;
}

/** Every table: one group for each aggregate. */
export type Tables = KeyTables &
  RegistryTables &
  AdministrationTables &
  ReplayTables &
  RevocationTables &
  VerifierTables;
