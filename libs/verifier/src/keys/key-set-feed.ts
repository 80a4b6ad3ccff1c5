import type { TimerClock } from '../clock.ts';
import type { KeySetVersion } from './key-store.ts';

/** One key set and no other: its place among the sets of its issuer, and SHA-256 of its document, base64url. */
export interface HeldKeySet extends KeySetVersion {
  readonly digest: string;
}

/** Somewhere a key set is told of as soon as it changes, beside the place where it can be fetched. */
export interface KeySetFeed {
  /**
   * Whether its channel proves that the issuer is at the other end, as TLS does. Of one that does not, a new epoch or a version far
   * ahead is not believed: anybody could say so, and put all that the issuer says out of use.
   */
  readonly isAuthenticated: boolean;
  /** @returns ends it */
  open(listener: KeySetListener, context: FeedContext): () => void;
}

export interface FeedContext {
  readonly clock: TimerClock;
  /** Divides every lifecycle duration. */
  readonly timeScale: number;
}

/** What a feed tells. */
export interface KeySetListener {
  /**
   * Judged like a set that was fetched.
   * @param asOf milliseconds: how recent the set was at its source
   * @returns what is held afterwards, all of it verified; `undefined` where that is not exactly one set of the issuer
   */
  offer(set: { readonly body: Buffer; readonly asOf: number }): HeldKeySet | undefined;
  /** The newest set is this one, still; returns as `offer` does. */
  confirm(newest: HeldKeySet, asOf: number): HeldKeySet | undefined;
  /** Something may have been missed: the set is fetched soon. */
  missed(reason: string): void;
}
