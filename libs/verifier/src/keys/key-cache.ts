import type { Cancel } from '../clock.ts';
import { FetchBudget } from './fetch-budget.ts';
import type { FetchedKeySet } from './fetch-key-set.ts';
import { HeldKeys } from './held-keys.ts';
import type { Origin } from './key-history.ts';
import type { HeldKeySet, KeySetFeed, KeySetListener } from './key-set-feed.ts';
import type { SnapshotArchive } from './snapshot-file.ts';
import type { KeyContext, KeySnapshot, KeyState, KeyStore } from './key-store.ts';
import type { KeyTiming } from './key-timing.ts';
import { NegativeKids } from './negative-kids.ts';
import type { AdaptJwk } from './read-key-set.ts';

/** Calls that may wait at once for an unknown kid, or for a first set; past it they are told to come back instead of filling memory. */
export const MAX_WAITING = 1_024;

export interface KeyCacheOptions {
  readonly context: KeyContext;
  readonly timing: KeyTiming;
  /** Asks the source once; `etag` is of what is held. Never rejects. */
  readonly fetch: (etag: string | undefined, closing: AbortSignal) => Promise<FetchedKeySet>;
  /** What is fetched may come from anybody: what puts all other sets out of use is not believed. */
  readonly unauthenticated?: boolean;
  /** Where the set is told of besides, as soon as it changes. */
  readonly feed?: KeySetFeed;
  readonly archive?: SnapshotArchive;
  readonly adaptJwk?: AdaptJwk;
  /** In [0, 1): spreads refreshes and back-offs. */
  readonly random: () => number;
}

/**
 * Holds a remote key set and renews it in the background, never on the path of a request: a known kid costs no fetch,
 * an unreachable issuer takes no key away before its time, and unknown kids have a fetch budget of their own.
 */
export class KeyCache implements KeyStore, KeySetListener {
  readonly #options: KeyCacheOptions;
  readonly #held: HeldKeys;
  readonly #origin: { readonly fetched: Origin; readonly told: Origin };
  readonly #budget: FetchBudget;
  readonly #negative = new NegativeKids();
  readonly #awaiting = new Set<() => void>();
  readonly #closing = new AbortController();
  #load: Promise<boolean> | undefined;
  #cancelRefresh: Cancel = () => undefined;
  #nextRefreshAt = 0;
  #failures = 0;
  #lastFailure = 'not asked yet';
  #waiting = 0;
  #closeFeed: () => void = () => undefined;

  constructor(options: KeyCacheOptions) {
    this.#options = options;
    const { archive, adaptJwk: adapt, unauthenticated = false, feed } = options;
    this.#origin = {
      fetched: unauthenticated ? 'anybody' : 'issuer',
      told: feed?.isAuthenticated ? 'issuer' : 'anybody',
    };
    const isSuspect = unauthenticated || feed?.isAuthenticated === false;
    this.#held = new HeldKeys(options.context, { archive, adapt, unauthenticated: isSuspect });
    const { unknownKidInterval, unknownKidBurst } = options.timing;
    this.#budget = new FetchBudget(unknownKidInterval, unknownKidBurst, this.#now());
    void this.#refresh();
    this.#closeFeed = feed?.open(this, options.context) ?? this.#closeFeed;
  }

  get snapshot(): KeySnapshot | undefined {
    return this.#held.snapshot;
  }

  get state(): KeyState {
    const { snapshot } = this.#held;
    if (!snapshot) return this.#load ? 'loading' : 'empty';
    const age = this.#now() - snapshot.asOf;
    if (age > this.#options.timing.deadAfter) return 'dead';
    if (age > this.#options.timing.staleAfter) return 'stale';
    return this.#load ? 'refreshing' : 'fresh';
  }

  get retryAfterSeconds(): number {
    const now = this.#now();
    const wait = Math.min(this.#budget.waitFrom(now), Math.max(0, this.#nextRefreshAt - now));
    return Math.max(1, Math.ceil(wait / 1000));
  }

  async ready(milliseconds: number): Promise<void> {
    if (this.#isUsable()) return;
    const { signal } = this.#closing;
    if (!signal.aborted && this.#awaiting.size < MAX_WAITING) await this.#nextSet(milliseconds);
    if (this.#isUsable()) return;
    throw new Error(signal.aborted ? 'the verifier is closed' : `no key set yet; last attempt: ${this.#lastFailure}`);
  }

  /** Who gives up is forgotten: with a server that is down for long, there are many. */
  async #nextSet(milliseconds: number): Promise<void> {
    let heard: () => void = () => undefined;
    const next = new Promise<void>((resolve) => (heard = resolve));
    this.#awaiting.add(heard);
    await this.#within(next, milliseconds);
    this.#awaiting.delete(heard);
  }

  async consult(kid: string, milliseconds: number): Promise<'settled' | 'unavailable'> {
    if (this.#isRecent() && this.#negative.has(kid)) return 'settled';
    if (this.#closing.signal.aborted || this.#waiting >= MAX_WAITING) return 'unavailable';
    const load = this.#load ?? (this.#budget.take(this.#now()) ? this.#startLoad() : undefined);
    if (!load || (await this.#within(load, milliseconds)) !== true || !this.#isRecent()) return 'unavailable';
    if (!this.snapshot?.keys.has(kid)) this.#negative.add(kid);
    return 'settled';
  }

  offer({ body, asOf }: { readonly body: Buffer; readonly asOf: number }): HeldKeySet | undefined {
    return this.#told({ status: 'changed', body, asOf });
  }

  confirm(newest: HeldKeySet, asOf: number): HeldKeySet | undefined {
    return this.#held.whole?.digest === newest.digest ? this.#told({ status: 'unchanged', asOf }) : undefined;
  }

  missed(reason: string): void {
    if (this.#closing.signal.aborted) return;
    this.#options.context.observer.onFetchFailed(reason);
    // Not all of those who lost one stream at the same moment, and never later than without it.
    const delay = this.#options.random() * this.#options.timing.unknownKidInterval;
    if (this.#now() + delay < this.#nextRefreshAt) this.#bookRefresh(delay);
  }

  close(): void {
    this.#closeFeed();
    this.#closing.abort(new Error('the verifier is closed'));
    this.#cancelRefresh();
    this.#announce();
  }

  #now(): number {
    return this.#options.context.clock.now();
  }

  #isUsable(): boolean {
    return this.#held.snapshot !== undefined && this.state !== 'dead';
  }

  #isRecent(): boolean {
    return this.state === 'fresh' || this.state === 'refreshing';
  }

  /** The background's turn: joins a load that is under way, and books the next turn by how this one ended. */
  async #refresh(): Promise<void> {
    const loaded = await (this.#load ?? this.#startLoad());
    if (this.#closing.signal.aborted) return;
    this.#failures = loaded ? 0 : this.#failures + 1;
    this.#bookRefresh(loaded ? this.#refreshDelay() : this.#backOff());
  }

  #bookRefresh(delay: number): void {
    this.#cancelRefresh();
    this.#nextRefreshAt = this.#now() + delay;
    this.#cancelRefresh = this.#options.context.clock.schedule(() => void this.#refresh(), delay);
  }

  /** As good as fetched: as long as a feed tells of later and later moments, nothing need be fetched. */
  #told(set: FetchedKeySet): HeldKeySet | undefined {
    if (this.#closing.signal.aborted) return undefined;
    const [now, before] = [this.#now(), this.snapshot?.asOf];
    const failure = this.#held.take(set, { sentAt: now, receivedAt: now }, this.#origin.told);
    if (failure !== undefined) {
      this.missed(failure);
      return undefined;
    }
    if (before === undefined || this.snapshot!.asOf > before) this.#bookRefresh(this.#refreshDelay());
    this.#loaded();
    return this.#held.whole;
  }

  #refreshDelay(): number {
    return this.#options.timing.refresh * (0.9 + 0.2 * this.#options.random());
  }

  /** Full jitter: verifiers that lost the issuer at the same moment do not come back at the same moment. */
  #backOff(): number {
    const { firstBackOff, lastBackOff } = this.#options.timing;
    return this.#options.random() * Math.min(lastBackOff, firstBackOff * 2 ** (this.#failures - 1));
  }

  #startLoad(): Promise<boolean> {
    this.#load = this.#loadOnce().finally(() => (this.#load = undefined));
    return this.#load;
  }

  async #loadOnce(): Promise<boolean> {
    const sentAt = this.#now();
    const fetched = await this.#options.fetch(this.#held.etag, this.#closing.signal);
    if (this.#closing.signal.aborted) return false;
    const exchange = { sentAt, receivedAt: this.#now() };
    const failure = this.#held.take(fetched, exchange, this.#origin.fetched);
    if (failure === undefined) return this.#loaded();
    this.#lastFailure = failure;
    this.#options.context.observer.onFetchFailed(failure);
    return false;
  }

  #loaded(): true {
    this.#negative.clear();
    this.#announce();
    return true;
  }

  #announce(): void {
    for (const resolve of this.#awaiting) resolve();
    this.#awaiting.clear();
  }

  /** Waits for `work`, but no longer than `milliseconds`: then `undefined`. */
  async #within<Value>(work: Promise<Value>, milliseconds: number): Promise<Value | undefined> {
    let cancel: Cancel = () => undefined;
    const tooLate = new Promise<undefined>((resolve) => {
      cancel = this.#options.context.clock.schedule(() => resolve(undefined), milliseconds);
    });
    this.#waiting += 1;
    try {
      return await Promise.race([work, tooLate]);
    } finally {
      this.#waiting -= 1;
      cancel();
    }
  }
}
