import type { RegisteredCheck } from './checks/registry.ts';
import type { Revocations } from './revocations/revocations.ts';

/**
 * What `createVerifier` fixes. Not exported by the package, so no configuration reaches it: it is how the tests take
 * one check away and show what gets in.
 */
export interface Internals {
  readonly checks: readonly RegisteredCheck[];
  /** In place of those that the options name. */
  readonly revocations?: Revocations;
}
