import type { Client } from '../model/client.ts';
import type { RecordedChange, RegistryTransition } from '../model/registry-changes.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';
import type { WitnessRecord } from '../model/witness-record.ts';
import type { RegistryRepository } from '../ports/registry-repository.ts';

/** What remembers versions of the registry, and says when the stored one is older. */
interface RegistryWitness {
  /** To be taken before the database is asked, and handed over with the answer. */
  readonly record: WitnessRecord;
  sawRegistry(version: number, known: WitnessRecord): Promise<void>;
  /** @throws RequestError DATABASE_OUTDATED */
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
    const { record: known } = this.#witness;
    const stored = await this.#behind.load();
    await this.#witness.sawRegistry(stored.version, known);
    return stored;
  }

  version(): Promise<number> {
    return this.#saw(() => this.#behind.version());
  }

  client(id: string): Promise<Client | undefined> {
    return this.#behind.client(id);
  }

  transact(decide: (current: StoredRegistry) => RegistryTransition): Promise<number> {
    const decideIfCurrent = (current: StoredRegistry) => {
      this.#witness.demandCurrentRegistry(current.version);
      return decide(current);
    };
    return this.#saw(() => this.#behind.transact(decideIfCurrent));
  }

  transactClient(id: string, decide: Parameters<RegistryRepository['transactClient']>[1]): Promise<number> {
    const decideIfCurrent = (current: Client | undefined, version: number) => {
      this.#witness.demandCurrentRegistry(version);
      return decide(current, version);
    };
    return this.#saw(() => this.#behind.transactClient(id, decideIfCurrent));
  }

  changesSince(version: number): Promise<readonly RecordedChange[]> {
    return this.#behind.changesSince(version);
  }

  liftTo(version: number, actor: string): Promise<void> {
    return this.#behind.liftTo(version, actor);
  }

  async #saw(ask: () => Promise<number>): Promise<number> {
    const { record: known } = this.#witness;
    const version = await ask();
    await this.#witness.sawRegistry(version, known);
    return version;
  }
}
