import type { KeyRing } from '../keys/distribution/key-ring.ts';
import type { RefreshKeyRing } from '../keys/distribution/refresh-key-ring.ts';
import { secondsAfter, type SigningKey } from '../model/signing-key.ts';
import type { Timing } from '../model/timing.ts';
import type { Clock } from '../ports/clock.ts';

interface Ports {
  readonly ring: Pick<KeyRing, 'figures'>;
  readonly refreshKeyRing: Pick<RefreshKeyRing, 'execute'>;
  readonly clock: Clock;
  readonly timing: Pick<Timing, 'clockErrorSeconds' | 'pollSeconds'>;
}

/** `iat` is whole seconds, rounded down. */
const ROUNDED_SECONDS = 1;

/** The keys of a ring, and what can be said of one that it does not hold: it may be too new for this replica to have heard of. */
export class KeyInquiry {
  readonly #ports: Ports;
  #asking: Promise<boolean> | undefined;
  #askedAt = -Infinity;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  find(kid: string): SigningKey | undefined {
    return this.#ports.ring.figures()?.set.keys.find((key) => 'kid' in key && key.kid === kid);
  }

  /**
   * Whether the ring holds whatever key signed a token at that time: a key is in the database before it signs. Where the ring was
   * last renewed before, the database is asked: one question for all, and no oftener than the ring is renewed by itself, for it
   * is the token that says when it was issued. Where it says what no clock can show yet, no key of this issuer signed it.
   */
  async isCompleteAt(issuedAt: Date): Promise<boolean> {
    if (!this.#canBeIssuedAt(issuedAt) || this.#heardAfter(issuedAt)) return true;
    if (this.#asking) return this.#asking.then(() => false); // that question was sent before this token was there
    const { clock, timing, refreshKeyRing } = this.#ports;
    if (clock.monotonic() - this.#askedAt < timing.pollSeconds) return false;
    this.#askedAt = clock.monotonic();
    const isAnswered = refreshKeyRing.execute().then(
      () => true,
      () => false, // the ring knows why, and /readyz tells
    );
    this.#asking = isAnswered.finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  /** By now, which no time is that a `Date` cannot hold. */
  #canBeIssuedAt(issuedAt: Date): boolean {
    return issuedAt <= this.#latest(this.#ports.clock.now());
  }

  #heardAfter(issuedAt: Date): boolean {
    const { ring, clock } = this.#ports;
    const age = ring.figures()?.leaseAgeSeconds ?? Infinity;
    return clock.now().getTime() - age * 1000 > this.#latest(issuedAt).getTime();
  }

  /** By clocks that may be wrong, that of the replica which signed it as well as this one's. */
  #latest(time: Date): Date {
    return secondsAfter(time, ROUNDED_SECONDS + 2 * this.#ports.timing.clockErrorSeconds);
  }
}
