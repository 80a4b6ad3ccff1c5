import type { Revocation, RevocationHead, RevocationOrder, RevocationSet } from '../model/revocation.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';
import type { WitnessRecord } from '../model/witness-record.ts';
import type { Reading } from '../ports/key-repository.ts';
import type { RevocationAuthor, RevocationStore } from '../ports/revocation-store.ts';

/** What remembers how far revocations had got, and says when the stored ones are older. */
interface RevocationWitness {
  /** To be taken before the database is asked, and handed over with the answer. */
  readonly record: WitnessRecord;
  sawRevocations(head: RevocationHead, known: WitnessRecord): Promise<void>;
  /** @throws RequestError DATABASE_OUTDATED */
  demandCurrent(): void;
  demandCurrentRevocations(head: RevocationHead, known: WitnessRecord): void;
}

/**
 * What is revoked, compared with its witness whenever it is read, and before verifiers are told: then none has heard of more than
 * the witness. A database that has forgotten some is not asked what is revoked, and records nothing.
 */
export class WitnessedRevocations implements RevocationStore {
  readonly #behind: RevocationStore;
  readonly #witness: RevocationWitness;

  constructor(behind: RevocationStore, witness: RevocationWitness) {
    this.#behind = behind;
    this.#witness = witness;
  }

  async head(): Promise<Reading<RevocationHead>> {
    const { record: known } = this.#witness;
    const reading = await this.#behind.head();
    await this.#witness.sawRevocations(reading.value, known);
    return reading;
  }

  async load(): Promise<Reading<RevocationSet>> {
    const { record: known } = this.#witness;
    const reading = await this.#behind.load();
    this.#witness.demandCurrentRevocations(reading.value, known);
    await this.#witness.sawRevocations(reading.value, known);
    return reading;
  }

  find(kind: Revocation['kind'], id: string): Promise<Reading<Revocation | undefined>> {
    return this.#behind.find(kind, id);
  }

  async record(order: RevocationOrder, author: RevocationAuthor): Promise<Revocation | undefined> {
    await this.#demandCurrent();
    return this.#behind.record(order, author);
  }

  async recordDecided(
    decide: (current: StoredRegistry) => RevocationOrder,
    author: RevocationAuthor,
  ): Promise<Revocation | undefined> {
    await this.#demandCurrent();
    return this.#behind.recordDecided(decide, author);
  }

  liftTo(head: RevocationHead, author: RevocationAuthor): Promise<void> {
    return this.#behind.liftTo(head, author);
  }

  async #demandCurrent(): Promise<void> {
    await this.head();
    this.#witness.demandCurrent();
  }
}
