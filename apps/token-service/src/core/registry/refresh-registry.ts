import type { RegistryRepository } from '../ports/registry-repository.ts';
import { RegistrySnapshot, type Registry } from './registry-snapshot.ts';

interface Ports {
  readonly registry: Registry;
  readonly repository: Pick<RegistryRepository, 'load' | 'version'>;
  /** Divides token lifetimes; 1 outside of demonstrations. */
  readonly timeScale?: number;
}

/** Brings what is served up to what is stored: at start, on a poll of the version, and right after a change. */
export class RefreshRegistry {
  readonly #ports: Ports;
  #loaded = false;
  #running: Promise<unknown> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Resolves when everything committed before the call is served. On failure the registry that is served stays. */
  execute(): Promise<void> {
    // One at a time, so that an older answer never replaces a newer one; whoever comes in between shares the next.
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      const refreshing = this.#refresh();
      this.#running = refreshing.catch(() => undefined);
      return refreshing;
    });
    return this.#next;
  }

  async #refresh(): Promise<void> {
    const { registry, repository, timeScale = 1 } = this.#ports;
    // Any other version, not just a higher one: after a restore from a backup the stored registry counts.
    if (this.#loaded && (await repository.version()) === registry.snapshot().version) return;
    registry.publish(new RegistrySnapshot(await repository.load(), { timeScale }));
    this.#loaded = true;
  }
}
