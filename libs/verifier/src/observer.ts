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
    /** The same of one whose version is far ahead. */
    | 'version-unauthenticated'
    /** A known kid came with another key; nothing is trusted under it until its own key is back. */
    | 'kid-reused'
    /** A document of revocations was refused whole and the held one kept. */
    | 'revocations-refused'
    /** One older than the held one, or another one under the same sequence, was refused. */
    | 'revocations-regressed'
    /** This process's clock and the issuer's differ by more than the leeway. */
    | 'clock-wrong'
    /** The key set, or what is revoked, could not be saved for the next start, or a saved one could not be used. */
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
export function harmless<Told>(listener: (told: Told) => unknown): (told: Told) => void {
  return (told) => {
    try {
      const heard = listener(told);
      if (heard instanceof Promise) heard.catch(() => undefined);
    } catch {
      // Whoever listens has to see to their own errors.
    }
  };
}

/** One observer that tells several. */
export function tellAll(observers: readonly VerifierObserver[]): Required<VerifierObserver> {
  // Bound once: some of it is told at every verification.
  const all = <Told>(pick: (observer: VerifierObserver) => ((told: Told) => unknown) | undefined) => {
    const listeners = observers.map(pick).filter((listener) => listener !== undefined);
    const harmlessly = listeners.map(harmless);
    return (told: Told) => {
      for (const tell of harmlessly) tell(told);
    };
  };
  return {
    onVerdict: all((observer) => observer.onVerdict?.bind(observer)),
    onUnknownKid: all((observer) => observer.onUnknownKid?.bind(observer)),
    onStaleServed: all<void>((observer) => observer.onStaleServed?.bind(observer)),
    onKeySet: all((observer) => observer.onKeySet?.bind(observer)),
    onFetchFailed: all((observer) => observer.onFetchFailed?.bind(observer)),
    onRevocations: all((observer) => observer.onRevocations?.bind(observer)),
    onRevocationsFailed: all((observer) => observer.onRevocationsFailed?.bind(observer)),
    onAlarm: all((observer) => observer.onAlarm?.bind(observer)),
  };
}
