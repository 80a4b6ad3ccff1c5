import type { KeySetVersion } from '../../model/key-set.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PublishedKeySet } from './key-set-document.ts';

/** A key set that somebody says to hold, and how often this replica heard it. */
export interface KeySetSighting extends KeySetVersion {
  readonly count: number;
  readonly lastSeen: Date;
}

/** Versions that are told apart: who holds an older one is told as holding none of these. */
const REMEMBERED = 16;

/**
 * Which key sets verifiers hold, by what they ask with (`If-None-Match`). Anybody may say anything there, so it informs, and decides
 * nothing.
 */
export class KeySetSightings {
  readonly #clock: Clock;
  /** By entity tag: the digest of what was served. */
  readonly #sets = new Map<string, KeySetVersion>();
  readonly #seen = new Map<string, KeySetSighting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param served what the answer is about; its successors are told apart from it from now on */
  asked(ifNoneMatch: string | undefined, served: Pick<PublishedKeySet, 'etag' | 'body'>): void {
    if (!this.#sets.has(served.etag)) this.#remember(served);
    const tag = ifNoneMatch?.replace(/^W\//, '') ?? '';
    const version = this.#sets.get(tag);
    if (!version) return;
    this.#seen.set(tag, { ...version, count: (this.#seen.get(tag)?.count ?? 0) + 1, lastSeen: this.#clock.now() });
  }

  /** The newest first. */
  get figures(): readonly KeySetSighting[] {
    return [...this.#sets.keys()].reverse().flatMap((tag) => this.#seen.get(tag) ?? []);
  }

  #remember({ etag, body }: Pick<PublishedKeySet, 'etag' | 'body'>): void {
    const { epoch, version } = JSON.parse(body) as KeySetVersion;
    this.#sets.set(etag, { epoch, version });
    const [oldest] = this.#sets.keys();
    if (this.#sets.size <= REMEMBERED || oldest === undefined) return;
    this.#sets.delete(oldest);
    this.#seen.delete(oldest);
  }
}
