import type { HeldAccessToken } from './access-token.ts';
import { scheduleInBackground } from './clock.ts';
import { InvalidationBudget } from './invalidation-budget.ts';
import type { ObtainedToken } from './obtain.ts';
import { backOff, renewalDelay, safetyMargin, type Timing } from './timing.ts';
import { TokenRequestError } from './token-request-error.ts';

/** A token in use; all times in milliseconds of the clock. */
interface Held {
  readonly token: HeldAccessToken;
  readonly renewAt: number;
  readonly staleAt: number;
}

export interface SlotOptions {
  readonly timing: Timing;
  /** How often a caller's request is repeated; renewals have the back-off instead. */
  readonly retries: number;
  readonly obtain: (retries: number) => Promise<ObtainedToken>;
  readonly onRenewalFailed: (error: TokenRequestError) => void;
}

/**
 * The token for one target and set of scopes: at most one request at a time, whoever waits for it, and a new token
 * fetched ahead of time for as long as somebody asks for it.
 */
export class TokenSlot {
  readonly #options: SlotOptions;
  readonly #invalidations: InvalidationBudget;
  #held: Held | undefined;
  #flight: Promise<HeldAccessToken> | undefined;
  #lastFailure: TokenRequestError | undefined;
  #failures = 0;
  #quietUntil = -Infinity;
  #asked = false;
  #retired = false;
  #cancelTimer: () => void = () => undefined;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.#invalidations = new InvalidationBudget(options.timing);
  }

  /** The token at hand, or the request for it that is under way or starts now. */
  take(): HeldAccessToken | Promise<HeldAccessToken> {
    this.#asked = true;
    const now = this.#now();
    if (this.#held && now < this.#held.staleAt) {
      if (now >= this.#held.renewAt && now >= this.#quietUntil) this.#renew();
      return this.#held.token;
    }
    this.#held = undefined;
    if (!this.#flight && this.#lastFailure && now < this.#quietUntil) throw this.#remembered(this.#lastFailure, now);
    return this.#flight ?? this.#fly(this.#options.retries);
  }

  /**
   * Forgets the token, if it is still the one that was refused.
   * @param refused the token's text; absent: whichever is held
   * @returns whether there was one to forget and the budget for it
   */
  invalidate(refused?: string): boolean {
    if (!this.#held || (refused !== undefined && refused !== this.#held.token.value)) return false;
    if (!this.#invalidations.spend()) return false;
    this.#drop();
    return true;
  }

  /** Ends all background work; a request under way still answers those who wait for it. */
  retire(): void {
    this.#retired = true;
    this.#drop();
  }

  #fly(retries: number): Promise<HeldAccessToken> {
    this.#flight = this.#options.obtain(retries).then(
      (obtained) => this.#keep(obtained),
      (error: unknown) => this.#fail(error),
    );
    return this.#flight;
  }

  #keep({ token, sentAt, lifeMs }: ObtainedToken): HeldAccessToken {
    this.#flight = undefined;
    this.#failures = 0;
    if (this.#retired) return token;
    const { timing } = this.#options;
    const renewAt = sentAt + renewalDelay(lifeMs, timing);
    this.#held = { token, renewAt, staleAt: sentAt + lifeMs - safetyMargin(lifeMs, timing) };
    this.#at(renewAt, () => this.#renewIfAskedFor());
    return token;
  }

  #fail(error: unknown): never {
    this.#flight = undefined;
    if (error instanceof TokenRequestError) {
      this.#failures += 1;
      this.#lastFailure = error;
      this.#quietUntil = this.#now() + backOff(error, this.#failures, this.#options.timing);
    }
    throw error;
  }

  /** A token nobody asked for since its predecessor was renewed is left to expire, and then leaves memory. */
  #renewIfAskedFor(): void {
    if (!this.#held) return;
    if (this.#asked) this.#renew();
    else this.#at(this.#held.staleAt, () => this.#drop());
  }

  #renew(): void {
    if (this.#flight) return;
    this.#asked = false;
    this.#fly(0).catch((error: unknown) => {
      if (this.#retired || !(error instanceof TokenRequestError)) return;
      this.#renewLater();
      this.#options.onRenewalFailed(error);
    });
  }

  #renewLater(): void {
    if (!this.#held) return;
    if (this.#quietUntil < this.#held.staleAt) this.#at(this.#quietUntil, () => this.#renew());
    else this.#at(this.#held.staleAt, () => this.#drop());
  }

  /** Says again what the issuer said last, without asking it. */
  #remembered(failure: TokenRequestError, now: number): TokenRequestError {
    const seconds = Math.ceil(this.#quietUntil - now) / 1000;
    return new TokenRequestError({
      ...failure,
      detail: `${failure.detail} (remembered; the token service is asked again in ${seconds} s at the earliest)`,
      ...(failure.retryable ? { retryAfterSeconds: seconds } : {}),
    });
  }

  #at(moment: number, action: () => void): void {
    this.#cancelTimer();
    const { clock } = this.#options.timing;
    this.#cancelTimer = scheduleInBackground(clock, moment - clock.now(), action);
  }

  #drop(): void {
    this.#cancelTimer();
    this.#held = undefined;
  }

  #now(): number {
    return this.#options.timing.clock.now();
  }
}
