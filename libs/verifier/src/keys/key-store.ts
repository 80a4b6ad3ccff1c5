import type { VerificationKey } from '@mintmark/jws';
import type { TimerClock } from '../clock.ts';
import type { VerifierObserver } from '../observer.ts';

/**
 * `empty`: no keys, nothing under way. `loading`: no keys yet. `fresh` / `refreshing`: recent, at rest / being asked for.
 * `stale`: still served, but old. `dead`: too old to decide anything.
 */
export type KeyState = 'empty' | 'loading' | 'fresh' | 'refreshing' | 'stale' | 'dead';

/** An immutable set of keys. Each change and each successful load makes one with a higher generation. */
export interface KeySnapshot {
  readonly keys: ReadonlyMap<string, VerificationKey>;
  readonly generation: number;
  /** Milliseconds since 1970-01-01 UTC: how recent the set was at its source. */
  readonly asOf: number;
  /** Orders key sets of one issuer; only ever goes up. */
  readonly version?: KeySetVersion;
}

export interface KeySetVersion {
  readonly epoch: number;
  readonly version: number;
}

/** Where a verifier holds its keys. */
export interface KeyStore {
  readonly state: KeyState;
  readonly snapshot: KeySnapshot | undefined;
  /** Seconds after which it is worth asking again, at least 1. */
  readonly retryAfterSeconds: number;
  /** Resolves once a first set is held; rejects after `milliseconds` or when closed. */
  ready(milliseconds: number): Promise<void>;
  /**
   * Asks the source about a kid that is not held, within its budget and at most `milliseconds`.
   * @returns `settled` if the snapshot now answers for that kid either way, `unavailable` if that cannot be told
   */
  consult(kid: string, milliseconds: number): Promise<'settled' | 'unavailable'>;
  close(): void;
}

/** Opens a key store for one verifier. */
export interface KeySource {
  open(context: KeyContext): KeyStore;
}

export interface KeyContext {
  readonly issuer: string;
  readonly clock: TimerClock;
  /** Divides every lifecycle duration; I/O time-outs are not scaled. */
  readonly timeScale: number;
  readonly observer: Required<VerifierObserver>;
}
