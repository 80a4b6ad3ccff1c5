import { createHash } from 'node:crypto';
import type { FetchedKeySet } from './fetch-key-set.ts';
import { KeyHistory, without, type Origin } from './key-history.ts';
import type { HeldKeySet } from './key-set-feed.ts';
import type { SnapshotArchive, Snapshot } from './snapshot-file.ts';
import type { KeyContext, KeySnapshot } from './key-store.ts';
import { readKeySet, type AdaptJwk, type KeySet } from './read-key-set.ts';

/** When a request left and when its answer was here, in milliseconds. */
export interface Exchange {
  readonly sentAt: number;
  readonly receivedAt: number;
}

interface Needs {
  readonly archive: SnapshotArchive | undefined;
  readonly adapt: AdaptJwk | undefined;
  readonly unauthenticated?: boolean | undefined;
}

interface Moment {
  readonly asOf: number;
  readonly clockOffset?: number;
}

/** The snapshot in use, and the judgement of what would replace it. */
export class HeldKeys {
  readonly #context: KeyContext;
  readonly #archive: SnapshotArchive | undefined;
  readonly #adapt: AdaptJwk | undefined;
  readonly #history: KeyHistory;
  #snapshot: KeySnapshot | undefined;
  /** Goes on rising while nothing is held: a number used twice would pass what one set has vouched for as another's word. */
  #generation = 0;
  /** What was served last, for the archive and for asking whether it changed. */
  #served: Snapshot | undefined;
  #whole: HeldKeySet | undefined;

  /** @param needs.unauthenticated whether what is archived may have come in clear */
  constructor(context: KeyContext, { archive, adapt, unauthenticated = false }: Needs) {
    this.#context = context;
    this.#adapt = adapt;
    this.#archive = archive;
    this.#history = new KeyHistory(context.observer);
    this.#restore(unauthenticated ? 'saved' : 'issuer');
  }

  get snapshot(): KeySnapshot | undefined {
    return this.#snapshot;
  }

  get etag(): string | undefined {
    return this.#served?.etag;
  }

  /** The set that is held, if it is one set of the issuer and every key of it is held. */
  get whole(): HeldKeySet | undefined {
    return this.#whole;
  }

  /**
   * @returns why the answer does not count as a success, if it does not; then what was held stays
   */
  take(fetched: FetchedKeySet, exchange: Exchange, origin: Origin): string | undefined {
    const failure = this.#judge(fetched, exchange, origin);
    if (failure === undefined) this.#save();
    return failure;
  }

  #judge(fetched: FetchedKeySet, exchange: Exchange, origin: Origin): string | undefined {
    if (fetched.status === 'failed') return fetched.reason;
    const { sentAt } = exchange;
    // A source whose clock is ahead must not keep keys fresh for longer.
    const asOf = Math.max(Math.min(fetched.asOf ?? sentAt, sentAt), this.#snapshot?.asOf ?? 0);
    const moment = { asOf, ...offsetIn(exchange, fetched.date) };
    if (fetched.status === 'changed') return this.#admit(fetched, moment, origin);
    if (!this.#snapshot) return 'status 304, but nothing is held';
    this.#swap(this.#snapshot, moment);
    return undefined;
  }

  #admit({ body, etag }: FetchedKeySet & { status: 'changed' }, moment: Moment, origin: Origin): string | undefined {
    const read = readKeySet(body, this.#adapt);
    if (!read.ok) return this.#refuse(read.reason);
    const admission = this.#history.admit(read.set, origin);
    if (!admission.ok) {
      this.#drop(admission.distrusted);
      return admission.reason;
    }
    this.#served = { body, asOf: moment.asOf, ...(etag !== undefined && { etag }) };
    this.#whole = wholeSet(admission.set, body);
    this.#swap(admission.set, moment);
    return undefined;
  }

  #refuse(reason: string): string {
    this.#context.observer.onAlarm({ kind: 'key-set-refused', reason });
    return `key set refused: ${reason}`;
  }

  #swap({ keys, version }: Pick<KeySet, 'keys' | 'version'>, { asOf, clockOffset }: Moment): void {
    const generation = this.#hold({ keys, asOf, ...(version && { version }) });
    const offset = clockOffset === undefined ? {} : { clockOffset };
    this.#context.observer.onKeySet({ generation, asOf, keys: keys.size, ...offset });
  }

  #drop(kids: readonly string[]): void {
    if (kids.length === 0 || !this.#snapshot) return;
    const keys = without(this.#snapshot.keys, kids);
    this.#whole = undefined;
    // With its ETag the answer might be that nothing changed, and what was dropped would never come back.
    this.#served = undefined;
    if (keys.size > 0) this.#hold({ ...this.#snapshot, keys });
    else this.#snapshot = undefined;
  }

  #hold(snapshot: Omit<KeySnapshot, 'generation'>): number {
    this.#generation += 1;
    this.#snapshot = Object.freeze({ ...snapshot, generation: this.#generation });
    return this.#generation;
  }

  #restore(origin: Origin): void {
    const now = this.#context.clock.now();
    try {
      const saved = this.#archive?.load();
      const failure = saved && this.#judge({ status: 'changed', ...saved }, { sentAt: now, receivedAt: now }, origin);
      if (failure !== undefined) this.#distrustArchive(failure);
    } catch (error) {
      this.#distrustArchive(error);
    }
  }

  #save(): void {
    if (!this.#served || !this.#snapshot) return;
    const saved = this.#archive?.save({ ...this.#served, asOf: this.#snapshot.asOf });
    saved?.catch((error: unknown) => this.#distrustArchive(error));
  }

  #distrustArchive(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#context.observer.onAlarm({ kind: 'snapshot-unusable', reason });
  }
}

function wholeSet({ version, whole }: KeySet, body: Buffer): HeldKeySet | undefined {
  return version && whole ? { ...version, digest: createHash('sha256').update(body).digest('base64url') } : undefined;
}

/** The source's clock is read somewhere between sending and receiving. */
function offsetIn({ sentAt, receivedAt }: Exchange, date: number | undefined): { readonly clockOffset?: number } {
  return date === undefined ? {} : { clockOffset: date - (sentAt + receivedAt) / 2 };
}
