import type { TimerClock } from './clock.ts';

/** What an offset leaves open, in milliseconds: `Date` and `Age` tell whole seconds, and a fetch may take two. */
const IN_DOUBT = 3_000;

/**
 * What the issuer's clock says, as its answers told. It decides nothing by itself, since a cache on the way may answer with
 * an old `Date` and not say so: it only shows when this process's own clock must not be the reason to send a caller away.
 */
export class IssuerTime {
  readonly #clock: TimerClock;
  readonly #tolerance: number;
  readonly #onWrong: (reason: string) => void;
  /** The issuer's time at moment 0 of `elapsed`, so that a clock that is set in between shows at once. */
  #start: number | undefined;
  #wasWrong = false;

  constructor(clock: TimerClock, leewaySeconds: number, onWrong: (reason: string) => void) {
    this.#clock = clock;
    this.#tolerance = leewaySeconds * 1000 + IN_DOUBT;
    this.#onWrong = onWrong;
  }

  /** @param offset milliseconds by which the issuer's clock is ahead of this one */
  learn(offset: number): void {
    this.#start = this.#clock.now() + offset - this.#clock.elapsed();
    const isWrong = this.ifOwnIsWrong !== undefined;
    if (isWrong && !this.#wasWrong) this.#onWrong(describe(offset));
    this.#wasWrong = isWrong;
  }

  /** Milliseconds since 1970-01-01 UTC as the issuer has it; `undefined` unless this clock is known to be off by more than the leeway. */
  get ifOwnIsWrong(): number | undefined {
    if (this.#start === undefined) return undefined;
    const time = this.#start + this.#clock.elapsed();
    return Math.abs(time - this.#clock.now()) > this.#tolerance ? time : undefined;
  }
}

function describe(offset: number): string {
  const seconds = Math.round(Math.abs(offset) / 1000);
  return `this clock is ${seconds} s ${offset < 0 ? 'ahead of' : 'behind'} the issuer's: set it, then restart the process`;
}
