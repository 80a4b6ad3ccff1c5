import type { KeySet } from '../../model/key-set.ts';
import { compromiseKey, isVerifying } from '../../model/signing-key.ts';
import type { KeyCustody } from '../../ports/key-custody.ts';
import type { KeyRepository, ReadKeySet } from '../../ports/key-repository.ts';
import type { DatabaseWitness } from './database-witness.ts';
import { lostKids } from './lost-keys.ts';

interface Needs {
  readonly issuer: string;
  readonly witness: DatabaseWitness;
  readonly custody: Pick<KeyCustody, 'of'>;
}

/** A key set that is compared with its witness whenever it is read, and not changed while the witness knows better. */
export class WitnessedKeys implements KeyRepository {
  readonly #behind: KeyRepository;
  readonly #needs: Needs;

  constructor(behind: KeyRepository, needs: Needs) {
    this.#behind = behind;
    this.#needs = needs;
  }

  async load(): Promise<ReadKeySet> {
    const { issuer, witness } = this.#needs;
    const { record: known } = witness;
    const reading = await this.#behind.load();
    await witness.sawKeys(issuer, reading.value, known);
    return { ...reading, value: await this.#withoutLost(reading.value, reading.databaseTime) };
  }

  async version(): ReturnType<KeyRepository['version']> {
    const { issuer, witness } = this.#needs;
    const { record: known } = witness;
    const reading = await this.#behind.version();
    await witness.sawKeySet(issuer, reading.value, known);
    return reading;
  }

  async transact(decide: Parameters<KeyRepository['transact']>[0]): Promise<KeySet | undefined> {
    const { issuer, witness } = this.#needs;
    const { record: known } = witness;
    const set = await this.#behind.transact((current, ...read) => {
      witness.demandCurrentKeys(issuer, current);
      return decide(current, ...read);
    });
    if (set) await witness.sawKeys(issuer, set, known);
    return set;
  }

  releaseHandle(keyId: string): Promise<void> {
    return this.#behind.releaseHandle(keyId);
  }

  /** What a backup brought back is given to no verifier, and signs nothing. */
  async #withoutLost(set: KeySet, now: Date): Promise<KeySet> {
    const { issuer, witness } = this.#needs;
    const lost = witness.seal() === undefined ? witness.risen(issuer, set) : await lostKids(set, this.#needs);
    if (lost.length === 0) return set;
    const keys = set.keys.map((key) => (isVerifying(key) && lost.includes(key.kid) ? compromiseKey(key, now) : key));
    return { ...set, keys };
  }
}
