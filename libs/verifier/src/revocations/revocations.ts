import type { Cancel, TimerClock } from '../clock.ts';
import type { VerifierObserver } from '../observer.ts';

/** What is known to be revoked at this moment; asked at every use of a token, cached or not. */
export interface Revocations {
  statusOf(token: RevocableToken): 'clear' | 'revoked' | 'unknown';
}

export interface RevocableToken {
  readonly tokenId: string;
  readonly clientId: string;
  readonly kid: string;
  /** `iat`, NumericDate. */
  readonly issuedAt: number;
}

/** Where a verifier holds what is revoked. */
export interface RevocationStore extends Revocations {
  /** Whether tokens can be judged; `false`: those that nothing is known of are answered with "cannot determine". */
  readonly isUsable: boolean;
  /** Resolves once tokens can be judged; rejects after `milliseconds` or when closed. */
  ready(milliseconds: number): Promise<void>;
  /** Calls back after each change. */
  onChange(listener: () => void): Cancel;
  close(): void;
}

/** How far what is revoked has got at an issuer. Together only ever go up. */
export interface RevocationPosition {
  readonly epoch: number;
  readonly sequence: number;
}

export function comparePositions(one: RevocationPosition, other: RevocationPosition): number {
  return one.epoch - other.epoch || one.sequence - other.sequence;
}

/** Something that knows sooner than the next refresh that there is news. It is not believed what they are. */
export type Wake = (listener: (news?: RevocationPosition) => void) => Cancel;

/** Opens a store of revocations for one verifier. */
export interface RevocationSource {
  open(context: RevocationContext): RevocationStore;
}

export interface RevocationContext {
  readonly issuer: string;
  readonly clock: TimerClock;
  /** Divides every lifecycle duration; I/O time-outs are not scaled. */
  readonly timeScale: number;
  /** How far clocks may disagree: real seconds, already divided. */
  readonly leewaySeconds: number;
  readonly observer: Required<VerifierObserver>;
}

/** A store in which nothing ever changes. */
export function fixedRevocations(revocations: Revocations): RevocationStore {
  return {
    isUsable: true,
    statusOf: (token) => revocations.statusOf(token),
    ready: () => Promise.resolve(),
    onChange: () => () => undefined,
    close: () => undefined,
  };
}

/** Where no revocations are distributed, tokens live until they expire or their key is removed. */
export const NO_REVOCATIONS: Revocations = { statusOf: () => 'clear' };
