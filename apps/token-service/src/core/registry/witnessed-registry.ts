import type { Client } from '../model/client.ts';
import type { RecordedChange, RegistryTransition } from '../model/registry-changes.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';
import type { RegistryRepository } from '../ports/registry-repository.ts';

/** What remembers versions of the registry, and says when the stored one is older. */
interface RegistryWitness {
  sawRegistry(version: number): Promise<void>;
  /** @throws RequestError DATABASE_OUTDATED */
  demandCurrent(): void;
  demandCurrentRegistry(version: number): void;
}

/** A registry that is compared with its witness whenever it is read, and not changed while the witness knows better. */
export class WitnessedRegistry implements RegistryRepository {
  readonly #behind: RegistryRepository;
  readonly #witness: RegistryWitness;

  constructor(behind: RegistryRepository, witness: RegistryWitness) {
    this.#behind = behind;
    this.#witness = witness;
  }

  async load(): Promise<StoredRegistry> {
    const stored = await this.#behind.load();
    await this.#witness.sawRegistry(stored.version);
    return stored;
  }

  async version(): Promise<number> {
    return this.#saw(await this.#behind.version());
  }

  client(id: string): Promise<Client | undefined> {
    return this.#behind.client(id);
  }

  async transact(decide: (current: StoredRegistry) => RegistryTransition): Promise<number> {
    const version = await this.#behind.transact((current) => {
      this.#witness.demandCurrentRegistry(current.version);
      return decide(current);
    });
    return this.#saw(version);
  }

  async transactClient(id: string, decide: (current: Client | undefined) => RegistryTransition): Promise<number> {
    this.#witness.demandCurrent();
    return this.#saw(await this.#behind.transactClient(id, decide));
  }

  changesSince(version: number): Promise<readonly RecordedChange[]> {
    return this.#behind.changesSince(version);
  }

  liftTo(version: number, actor: string): Promise<void> {
    return this.#behind.liftTo(version, actor);
  }

  async #saw(version: number): Promise<number> {
    await this.#witness.sawRegistry(version);
    return version;
  }
}
