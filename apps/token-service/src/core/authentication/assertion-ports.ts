import type { RemoteKeys } from '../ports/remote-keys.ts';
import type { ReplayGuard } from '../ports/replay-guard.ts';
import type { RegistrySnapshot } from '../registry/registry-snapshot.ts';

/** What it takes to judge an assertion. */
export interface AssertionPorts {
  /** `iss` of our own tokens, and the only audience of assertions that clients make themselves. */
  readonly issuer: string;
  readonly registry: RegistrySnapshot;
  readonly remoteKeys: RemoteKeys;
  readonly replayGuard: ReplayGuard;
  /** Longest life of an assertion that a client makes itself, in seconds. */
  readonly assertionSeconds: number;
  readonly now: Date;
}
