import type { SecretUses } from '../ports/secret-uses.ts';

/** Remembers when secrets are used, and writes it down now and then: nobody waits for it while getting a token. */
export class SecretUsage {
  readonly #uses: SecretUses;
  #pending = new Map<string, Date>();

  constructor(uses: SecretUses) {
    this.#uses = uses;
  }

  used(secretId: string, at: Date): void {
    this.#pending.set(secretId, at);
  }

  /** @throws what the store throws; what was to be written is then still to be written */
  async flush(): Promise<void> {
    const pending = this.#pending;
    this.#pending = new Map();
    try {
      await this.#uses.record(pending);
    } catch (error) {
      this.#pending = new Map([...pending, ...this.#pending]);
      throw error;
    }
  }
}
