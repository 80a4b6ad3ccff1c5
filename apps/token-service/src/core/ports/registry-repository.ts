import type { Client } from '../model/client.ts';
import type { RecordedChange, RegistryTransition } from '../model/registry-changes.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';

/** The registry of this installation. There is one, at version 0 and empty, before anything was applied. */
export interface RegistryRepository {
  /** The whole registry, as it was at one moment. */
  load(): Promise<StoredRegistry>;

  /** Cheaper than `load`: to be asked every two seconds. */
  version(): Promise<number>;

  client(id: string): Promise<Client | undefined>;

  /**
   * Locks the registry, lets `decide` look at it, and applies what it returns: changes, version + 1 and event in one transaction.
   * @param decide pure; no changes leave the registry at its version
   * @returns the version afterwards
   * @throws what `decide` throws, or an error if a reference would lead nowhere; then nothing was changed
   */
  transact(decide: (current: StoredRegistry) => RegistryTransition): Promise<number>;

  /**
   * The same for what concerns one client alone: it costs the same however many others there are.
   * @param decide is told the version that it decides on, too
   */
  transactClient(
    id: string,
    decide: (current: Client | undefined, version: number) => RegistryTransition,
  ): Promise<number>;

  /** What was changed after a version, the oldest first, at most some hundred: names and actions, no contents. */
  changesSince(version: number): Promise<readonly RecordedChange[]>;

  /** Raises the version, with an event that changes nothing. @throws if it is not below that */
  liftTo(version: number, actor: string): Promise<void>;
}
