import type { KeyUses } from '../ports/key-uses.ts';

/** Remembers until when tokens of each key live, and writes it down now and then: nobody waits for it while getting a token. */
export class KeyUsage {
  readonly #uses: KeyUses;
  /** NumericDates, by kid. */
  readonly #latest = new Map<string, number>();
  readonly #written = new Map<string, number>();

  constructor(uses: KeyUses) {
    this.#uses = uses;
  }

  /** @param exp NumericDate of a token that the key has signed */
  signed(kid: string, exp: number): void {
    if (exp > (this.#latest.get(kid) ?? 0)) this.#latest.set(kid, exp);
  }

  /** @throws what the store throws; what was to be written is then still to be written */
  async flush(): Promise<void> {
    const news = [...this.#latest].filter(([kid, exp]) => this.#written.get(kid) !== exp);
    if (news.length === 0) return;
    await this.#uses.record(new Map(news.map(([kid, exp]) => [kid, new Date(exp * 1000)])));
    for (const [kid, exp] of news) this.#written.set(kid, exp);
  }

  /** By kid: what is written down, and what this replica has yet to write. Writes nothing. */
  async of(kids: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    const stored = await this.#uses.of(kids);
    const latest = kids.map(
      (kid) => [kid, Math.max((this.#latest.get(kid) ?? 0) * 1000, stored.get(kid)?.getTime() ?? 0)] as const,
    );
    return new Map(latest.filter(([, at]) => at > 0).map(([kid, at]) => [kid, new Date(at)]));
  }
}
