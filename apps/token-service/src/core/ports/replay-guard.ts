/** Something that may be used once, such as a client assertion. */
export interface OneTimeUse {
  /** Names it among all others: at most 64 characters. */
  readonly key: string;
  readonly issuedAt: Date;
  /** From then on it is accepted nowhere, by whatever clock, so it need not be remembered. */
  readonly forgetAt: Date;
}

/** Remembers, for all replicas together, what has been used. */
export interface ReplayGuard {
  /**
   * Of any number of calls with one key exactly one is told `true`, whichever replicas they come to.
   * @throws ReplayGuardError if that cannot be told; then the use must be refused, and may have been counted
   */
  claim(use: OneTimeUse): Promise<boolean>;
}

export type ReplayGuardDefect =
  /** It does not answer, or not as it should. */
  | 'guard-unreachable'
  /** It has no memory of the time in which this could have been used. */
  | 'issued-before-guard';

export class ReplayGuardError extends Error {
  readonly defect: ReplayGuardDefect;

  constructor(defect: ReplayGuardDefect, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ReplayGuardError';
    this.defect = defect;
  }
}
