import type { Client } from './client.ts';
import type { Policy } from './policy.ts';
import type { Resource } from './resource.ts';
import type { TrustedIssuer } from './trusted-issuer.ts';

/** The registry as stored, at one version. */
export interface StoredRegistry {
  /** Goes up by one with every change; 0 before the first. */
  readonly version: number;
  readonly issuers: readonly TrustedIssuer[];
  readonly resources: readonly Resource[];
  readonly clients: readonly Client[];
  /** By client and resource; those of one pair in the order declared. */
  readonly policies: readonly Policy[];
}
