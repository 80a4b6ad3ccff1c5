import type { VerifierErrorCode } from '@mintmark/contract';

/** Something about the key set that an operator should look at. */
export interface KeyAlarm {
  readonly kind:
    /** A key set was refused whole and the held one kept. */
    | 'key-set-refused'
    /** A key set older than the held one, or another one under the same version, was refused. */
    | 'key-set-regressed'
    /** A known kid came with another key; neither is trusted any more. */
    | 'kid-reused';
  readonly reason: string;
  readonly kid?: string;
}

/** What the key cache has just learnt. */
export interface KeySetEvent {
  readonly generation: number;
  /** Milliseconds since 1970-01-01 UTC: how recent the set was at its source. */
  readonly asOf: number;
  readonly keys: number;
}

/** Told what happens inside a verifier. Must not throw; never sees a token. */
export interface VerifierObserver {
  onVerdict?(code: VerifierErrorCode | 'OK'): void;
  onKeySet?(event: KeySetEvent): void;
  /** A fetch of the key set failed; the reason is for people. */
  onFetchFailed?(reason: string): void;
  onAlarm?(alarm: KeyAlarm): void;
}
