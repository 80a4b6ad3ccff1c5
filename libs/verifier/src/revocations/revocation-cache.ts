import type { Cancel } from '../clock.ts';
import type { FetchedKeySet } from '../keys/fetch-key-set.ts';
import { MAX_WAITING } from '../keys/key-cache.ts';
import type { KeyStore } from '../keys/key-store.ts';
import type { SnapshotArchive } from '../keys/snapshot-file.ts';
import { HeldRevocations } from './held-revocations.ts';
import { readDocument, takeApart, type ReadDocument, type UnverifiedDocument } from './read-document.ts';
import {
  comparePositions,
  type RevocableToken,
  type RevocationContext,
  type RevocationPosition,
  type RevocationStore,
  type Wake,
} from './revocations.ts';

/** What to say of a token while what is revoked is not known: that it cannot be decided, or nothing against it. */
export type OnUnknown = 'refuse' | 'accept';

/** Real milliseconds. */
export interface RevocationTiming {
  readonly refresh: number;
  readonly deadAfter: number;
  readonly firstBackOff: number;
  readonly lastBackOff: number;
  /** Between two fetches that something else asked for: whoever revokes much must not make all verifiers fetch as often. */
  readonly wakePause: number;
}

export interface RevocationCacheOptions {
  readonly context: RevocationContext;
  readonly timing: RevocationTiming;
  readonly onUnknown: OnUnknown;
  /** The keys of the document; never those of tokens. */
  readonly keys: KeyStore;
  /** Asks the source once; `etag` is of what is held. Never rejects. */
  readonly fetch: (etag: string | undefined, closing: AbortSignal) => Promise<FetchedKeySet>;
  readonly wake?: Wake;
  readonly archive?: SnapshotArchive;
  /** The source cannot prove that it is the issuer, and so neither can what was saved of it. */
  readonly unauthenticated?: boolean;
  /** In [0, 1): spreads refreshes and back-offs. */
  readonly random: () => number;
}

interface Received {
  readonly sentAt: number;
  readonly body: Buffer;
  readonly etag?: string;
}

/** Longest wait for a key of the document that is not held, in milliseconds; I/O, so not scaled. */
const KEY_WAIT = 1_000;

/** Fetches for one piece of news: a replica that is behind has caught up long before, or a balancer passes it by. */
const FETCHES_FOR_NEWS = 20;

/** Holds what is revoked and renews it in the background, never on the path of a request. */
export class RevocationCache implements RevocationStore {
  readonly #options: RevocationCacheOptions;
  readonly #held: HeldRevocations;
  readonly #listeners = new Set<() => void>();
  readonly #awaiting = new Set<() => void>();
  readonly #closing = new AbortController();
  readonly #stopWaking: Cancel;
  #etag: string | undefined;
  #loading = false;
  #hasAsked = false;
  #askedAt = -Infinity;
  #wakened = false;
  /** News that were told of and are not here yet. */
  #awaited: { readonly position: RevocationPosition; fetches: number } | undefined;
  #cancelRefresh: Cancel = () => undefined;
  #failures = 0;
  #lastFailure = 'not asked yet';

  constructor(options: RevocationCacheOptions) {
    this.#options = options;
    this.#held = new HeldRevocations(options.context.leewaySeconds * 1000);
    this.#restore();
    this.#stopWaking = options.wake?.((news) => this.#wakeUp(news)) ?? (() => undefined);
    void this.#refresh();
  }

  statusOf(token: RevocableToken): 'clear' | 'revoked' | 'unknown' {
    if (this.#held.isRevoked(token)) return 'revoked';
    return this.#isKnown() || this.#options.onUnknown === 'accept' ? 'clear' : 'unknown';
  }

  async ready(milliseconds: number): Promise<void> {
    if (this.#hasAsked && this.isUsable) return;
    const { signal } = this.#closing;
    if (!signal.aborted && this.#awaiting.size < MAX_WAITING) await this.#usableWithin(milliseconds);
    if (this.isUsable) return;
    throw new Error(
      signal.aborted ? 'the verifier is closed' : `no revocations yet; last attempt: ${this.#lastFailure}`,
    );
  }

  onChange(listener: () => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.#closing.abort(new Error('the verifier is closed'));
    this.#cancelRefresh();
    this.#stopWaking();
    this.#options.keys.close();
    this.#release();
  }

  #now(): number {
    return this.#options.context.clock.now();
  }

  #isKnown(): boolean {
    return this.#now() - this.#held.asOf <= this.#options.timing.deadAfter;
  }

  get isUsable(): boolean {
    return this.#isKnown() || this.#options.onUnknown === 'accept';
  }

  /** News during a load may be of something newer than it brings. */
  #wakeUp(news: RevocationPosition | undefined): void {
    if (news && this.#held.reaches(news)) return;
    if (news) this.#await(news);
    this.#wakened = true;
    if (!this.#loading) this.#schedule(this.#untilWake());
  }

  async #refresh(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#loading = true;
    this.#wakened = false;
    this.#askedAt = this.#now();
    const failure = await this.#load();
    this.#loading = false;
    this.#hasAsked = true;
    if (this.isUsable) this.#release();
    if (this.#closing.signal.aborted) return;
    if (failure !== undefined) this.#failed(failure);
    else this.#failures = 0;
    const delay = failure === undefined ? this.#refreshDelay() : this.#backOff();
    this.#schedule(this.#wakened || this.#awaitsNews() ? Math.min(delay, this.#untilWake()) : delay);
  }

  #await(position: RevocationPosition): void {
    if (this.#awaited && comparePositions(this.#awaited.position, position) >= 0) return;
    this.#awaited = { position, fetches: FETCHES_FOR_NEWS };
  }

  /** A replica that is behind answers with what was held already. */
  #awaitsNews(): boolean {
    if (!this.#awaited) return false;
    this.#awaited.fetches -= 1;
    if (this.#awaited.fetches === 0 || this.#held.reaches(this.#awaited.position)) this.#awaited = undefined;
    return this.#awaited !== undefined;
  }

  #schedule(delay: number): void {
    this.#cancelRefresh();
    this.#cancelRefresh = this.#options.context.clock.schedule(() => void this.#refresh(), delay);
  }

  #untilWake(): number {
    return Math.max(0, this.#askedAt + this.#options.timing.wakePause - this.#now());
  }

  /** @returns why it brought nothing, if it did not */
  async #load(): Promise<string | undefined> {
    const sentAt = this.#now();
    const fetched = await this.#options.fetch(this.#etag, this.#closing.signal);
    if (fetched.status === 'failed') return fetched.reason;
    if (fetched.status === 'unchanged') return undefined;
    const document = takeApart(fetched.body);
    const { keys } = this.#options;
    if (document && !keys.snapshot?.keys.has(document.kid)) await keys.consult(document.kid, KEY_WAIT);
    return this.#take(document, { sentAt, ...fetched });
  }

  #take(document: UnverifiedDocument | undefined, { sentAt, etag, body }: Received): string | undefined {
    const read = this.#read(document);
    if (!read.ok) return this.#refuse(read.reason);
    const taken = this.#held.take(read.claims, { sentAt, receivedAt: this.#now() });
    if ('reason' in taken) return this.#refuse(taken.reason, taken.outcome);
    this.#etag = etag;
    this.#tell();
    if (taken.outcome === 'changed') this.#announce();
    this.#options.archive
      ?.save({ body, asOf: this.#held.asOf })
      .catch((error: unknown) => this.#distrustArchive(error));
    return undefined;
  }

  #read(document: UnverifiedDocument | undefined): ReadDocument {
    if (!document) return { ok: false, reason: 'it is no signed document' };
    const { keys, context } = this.#options;
    const key = keys.state === 'dead' ? undefined : keys.snapshot?.keys.get(document.kid);
    if (!key) return { ok: false, reason: 'it is signed with a key that is not known' };
    return readDocument(document, key, context.issuer);
  }

  #restore(): void {
    const { archive, unauthenticated = false } = this.#options;
    try {
      const saved = archive?.load();
      if (!saved) return;
      const read = this.#read(takeApart(saved.body));
      if (!read.ok) return this.#distrustArchive(new Error(read.reason));
      this.#held.restore(read.claims, Math.min(saved.asOf, this.#now()), !unauthenticated);
      this.#tell();
    } catch (error) {
      this.#distrustArchive(error);
    }
  }

  #distrustArchive(error: unknown): void {
    const reason = `revocations: ${error instanceof Error ? error.message : String(error)}`;
    this.#options.context.observer.onAlarm({ kind: 'snapshot-unusable', reason });
  }

  #tell(): void {
    const { epoch, sequence, revoked } = this.#held.claims!;
    const { asOf } = this.#held;
    this.#options.context.observer.onRevocations({ epoch, sequence, asOf, entries: revoked.length });
  }

  #refuse(reason: string, outcome: 'refused' | 'regressed' = 'refused'): string {
    this.#options.context.observer.onAlarm({ kind: `revocations-${outcome}`, reason });
    return `revocations refused: ${reason}`;
  }

  #failed(reason: string): void {
    this.#failures += 1;
    this.#lastFailure = reason;
    this.#options.context.observer.onRevocationsFailed(reason);
  }

  #announce(): void {
    for (const act of [...this.#listeners]) act();
  }

  #release(): void {
    for (const heard of this.#awaiting) heard();
  }

  /** Who gives up is forgotten, and who hears leaves no timer: with an issuer that is down for long, there are many. */
  #usableWithin(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const heard = (): void => {
        cancel();
        this.#awaiting.delete(heard);
        resolve();
      };
      const cancel = this.#options.context.clock.schedule(heard, milliseconds);
      this.#awaiting.add(heard);
    });
  }

  #refreshDelay(): number {
    return this.#options.timing.refresh * (0.9 + 0.2 * this.#options.random());
  }

  /** Full jitter, as for keys. */
  #backOff(): number {
    const { firstBackOff, lastBackOff } = this.#options.timing;
    return this.#options.random() * Math.min(lastBackOff, firstBackOff * 2 ** (this.#failures - 1));
  }
}
