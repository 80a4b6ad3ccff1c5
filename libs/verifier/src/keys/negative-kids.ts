/** Kids the source has just denied. Bounded: a flood of random kids pushes out its own oldest. */
export class NegativeKids {
  static readonly LIMIT = 1_024;
  readonly #kids = new Set<string>();

  has(kid: string): boolean {
    return this.#kids.has(kid);
  }

  add(kid: string): void {
    if (this.#kids.size >= NegativeKids.LIMIT) this.#kids.delete(this.#kids.values().next().value!);
    this.#kids.add(kid);
  }

  clear(): void {
    this.#kids.clear();
  }
}
