import type { Client, DeclaredClient } from './client.ts';
import type { Policy } from './policy.ts';
import type { Resource } from './resource.ts';

/** Everything the registry declares: what a declaration file says, or what was last applied. */
export interface RegistryContents {
  readonly resources: readonly Resource[];
  readonly clients: readonly DeclaredClient[];
  readonly policies: readonly Policy[];
}

/** The registry as stored, at one version. */
export interface StoredRegistry extends RegistryContents {
  /** Goes up by one with every change; 0 before the first. */
  readonly version: number;
  readonly clients: readonly Client[];
}
