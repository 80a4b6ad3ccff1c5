import { secondsAfter } from '../model/signing-key.ts';
import type { Clock } from '../ports/clock.ts';
import type { ClientUse, KeyUses } from '../ports/key-uses.ts';

/** A clock that is off must not drop what is alive. */
const KEPT_SECONDS = 86_400;

interface Ports {
  readonly uses: Pick<KeyUses, 'of' | 'record' | 'prune'>;
  readonly clock: Clock;
  /** Seconds by which it may be said too late when the last token of a client expires: so often is it written down at most. */
  readonly coarseness: number;
}

/** Remembers until when tokens of each key live, and whose they are, and writes it down now and then: nobody waits for it while getting a token. */
export class KeyUsage {
  readonly #ports: Ports;
  /** NumericDates, by kid. */
  readonly #latest = new Map<string, number>();
  readonly #written = new Map<string, number>();
  /** NumericDates, by kid and client, rounded up: what has grown since it was written, and what is written. */
  readonly #pending = new Map<string, ClientUse>();
  readonly #known = new Map<string, number>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** @param exp NumericDate of a token that the key has signed for the client */
  signed(kid: string, client: string, exp: number): void {
    if (exp > (this.#latest.get(kid) ?? 0)) this.#latest.set(kid, exp);
    const { coarseness } = this.#ports;
    const until = Math.ceil(exp / coarseness) * coarseness;
    const name = `${kid} ${client}`;
    if (until <= (this.#known.get(name) ?? 0)) return;
    this.#known.set(name, until);
    this.#pending.set(name, { kid, client, until: new Date(until * 1000) });
  }

  /** @throws what the store throws; what was to be written is then still to be written */
  async flush(): Promise<void> {
    const news = [...this.#latest].filter(([kid, exp]) => this.#written.get(kid) !== exp);
    const byClient = [...this.#pending];
    if (news.length === 0 && byClient.length === 0) return;
    await this.#ports.uses.record(
      new Map(news.map(([kid, exp]) => [kid, new Date(exp * 1000)])),
      byClient.map(([, use]) => use),
    );
    for (const [kid, exp] of news) this.#written.set(kid, exp);
    for (const [name, use] of byClient) if (this.#pending.get(name) === use) this.#pending.delete(name);
    await this.#forget();
  }

  /** Tokens that have expired. */
  async #forget(): Promise<void> {
    const { uses, clock } = this.#ports;
    const now = clock.now();
    for (const [name, until] of this.#known) if (until * 1000 < now.getTime()) this.#known.delete(name);
    await uses.prune(secondsAfter(now, -KEPT_SECONDS));
  }

  /** By kid: what is written down, and what this replica has yet to write. Writes nothing. */
  async of(kids: readonly string[]): Promise<ReadonlyMap<string, Date>> {
    const stored = await this.#ports.uses.of(kids);
    const latest = kids.map(
      (kid) => [kid, Math.max((this.#latest.get(kid) ?? 0) * 1000, stored.get(kid)?.getTime() ?? 0)] as const,
    );
    return new Map(latest.filter(([, at]) => at > 0).map(([kid, at]) => [kid, new Date(at)]));
  }
}
