import type { VerifierErrorCode } from '@mintmark/contract';

/** Something about the key set or the revocations, or told by them, that an operator should look at. */
export interface KeyAlarm {
  readonly kind:
    /** A key set was refused whole and the held one kept. */
    | 'key-set-refused'
    /** A key set older than the held one, or another one under the same version, was refused. */
    | 'key-set-regressed'
    /** A key set that begins a new epoch was refused: over plain http anybody could have sent it. */
    | 'epoch-unauthenticated'
    /** A known kid came with another key; nothing is trusted under it until its own key is back. */
    | 'kid-reused'
    /** A document of revocations was refused whole and the held one kept. */
    | 'revocations-refused'
    /** One older than the held one, or another one under the same sequence, was refused. */
    | 'revocations-regressed'
    /** This process's clock and the issuer's differ by more than the leeway. */
    | 'clock-wrong'
    /** The key set could not be saved for the next start, or a saved one could not be used. */
    | 'snapshot-unusable';
  readonly reason: string;
  readonly kid?: string;
}

/** What the key cache has just learnt. */
export interface KeySetEvent {
  readonly generation: number;
  /** Milliseconds since 1970-01-01 UTC: how recent the set was at its source. */
  readonly asOf: number;
  readonly keys: number;
  /** Milliseconds by which the issuer's clock is ahead of this one, to the second; absent if it did not say. */
  readonly clockOffset?: number;
}

/** What is revoked, as it was just learnt or confirmed. */
export interface RevocationsEvent {
  readonly epoch: number;
  readonly sequence: number;
  /** Milliseconds since 1970-01-01 UTC: how recent it was at its source. */
  readonly asOf: number;
  readonly entries: number;
}

/** Told what happens inside a verifier; never sees a token. */
export interface VerifierObserver {
  /** A token was judged, or a call refused for another reason than its token: no credential, too little scope. */
  onVerdict?(code: VerifierErrorCode | 'OK'): void;
  /** A token named a key that is not held; `settled` if the source could be asked. */
  onUnknownKid?(outcome: 'settled' | 'unavailable'): void;
  /** A token was judged with stale keys. */
  onStaleServed?(): void;
  onKeySet?(event: KeySetEvent): void;
  /** A fetch of the key set failed; the reason is for people. */
  onFetchFailed?(reason: string): void;
  onRevocations?(event: RevocationsEvent): void;
  /** What is revoked, or the keys it is signed with, could not be had; the reason is for people. */
  onRevocationsFailed?(reason: string): void;
  onAlarm?(alarm: KeyAlarm): void;
}

/**
 * The same listener, whose errors are its own: whoever only listens must neither change an answer, nor stop a refresh, nor end
 * the process.
 */
export function harmless<Told extends unknown[]>(listener: (...told: Told) => unknown): (...told: Told) => void {
  return (...told) => {
    try {
      const heard = listener(...told);
      if (heard instanceof Promise) heard.catch(() => undefined);
    } catch {
      // Whoever listens has to see to their own errors.
    }
  };
}

/** One observer that tells several. */
export function tellAll(observers: readonly VerifierObserver[]): Required<VerifierObserver> {
  const tell = (say: (observer: VerifierObserver) => unknown) => observers.forEach(harmless(say));
  return {
    onVerdict: (code) => tell((observer) => observer.onVerdict?.(code)),
    onUnknownKid: (outcome) => tell((observer) => observer.onUnknownKid?.(outcome)),
    onStaleServed: () => tell((observer) => observer.onStaleServed?.()),
    onKeySet: (event) => tell((observer) => observer.onKeySet?.(event)),
    onFetchFailed: (reason) => tell((observer) => observer.onFetchFailed?.(reason)),
    onRevocations: (event) => tell((observer) => observer.onRevocations?.(event)),
    onRevocationsFailed: (reason) => tell((observer) => observer.onRevocationsFailed?.(reason)),
    onAlarm: (alarm) => tell((observer) => observer.onAlarm?.(alarm)),
  };
}
