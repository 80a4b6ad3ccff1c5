import { hash } from 'node:crypto';

/** How many proofs are remembered: past it nothing can be told, and nothing is let in. About 40 MiB when full. */
const MAX_USES = 262_144;

interface Moment {
  /** Seconds. */
  readonly now: number;
  /** Until when the proof could be shown again. */
  readonly until: number;
}

/** Remembers the proofs used in this process for as long as they could be shown again (RFC 9449 §11.1). */
export class ProofUses {
  readonly #limit: number;
  /** In the order of insertion, which is nearly that of expiry: one leeway for all. */
  readonly #expiries = new Map<string, number>();

  constructor(limit: number = MAX_USES) {
    this.#limit = limit;
  }

  use(id: string, { now, until }: Moment): 'first' | 'repeated' | 'full' {
    this.#forgetUntil(now);
    const key = hash('sha256', id, 'base64url');
    if (this.#expiries.has(key)) return 'repeated';
    if (this.#expiries.size >= this.#limit) return 'full';
    this.#expiries.set(key, until);
    return 'first';
  }

  #forgetUntil(now: number): void {
    for (const [key, expiry] of this.#expiries) {
      if (expiry >= now) return;
      this.#expiries.delete(key);
    }
  }
}
