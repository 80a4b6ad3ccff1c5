import type { SecretUses } from '../ports/secret-uses.ts';

/**
 * Remembers when secrets are used, and writes it down now and then: nobody waits for it while getting a token. But of each secret the
 * first use at once, for the other replicas: one that nobody has used is taken for lost.
 */
export class SecretUsage {
  readonly #uses: SecretUses;
  #pending = new Map<string, Date>();
  readonly #told = new Set<string>();
  #isTelling = false;

  constructor(uses: SecretUses) {
    this.#uses = uses;
  }

  used(secretId: string, at: Date): void {
    this.#pending.set(secretId, at);
    if (!this.#told.has(secretId) && !this.#isTelling) void this.#tell();
  }

  /** By secret id; those never used are not in it. Other replicas tell of a first use at once, and of later ones within seconds. @throws as `flush` */
  async lastUses(clientIds: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    await this.flush();
    return this.#uses.of(clientIds);
  }

  /** @throws what the store throws; what was to be written is then still to be written */
  async flush(): Promise<void> {
    const pending = this.#pending;
    this.#pending = new Map();
    try {
      await this.#uses.record(pending);
      for (const secretId of pending.keys()) this.#told.add(secretId);
    } catch (error) {
      this.#pending = new Map([...pending, ...this.#pending]);
      throw error;
    }
  }

  /** One write at a time, however many secrets are new; where it fails, the next flush makes up for it. */
  async #tell(): Promise<void> {
    this.#isTelling = true;
    try {
      while ([...this.#pending.keys()].some((secretId) => !this.#told.has(secretId))) await this.flush();
    } catch {
      // What was to be written is still pending.
    } finally {
      this.#isTelling = false;
    }
  }
}
