/** Lifecycle of a remote key set, in seconds of nominal time. */
export interface KeyTimingOptions {
  /** Background refresh, give or take a tenth. Default 60. */
  readonly refreshSeconds?: number;
  /** Older than this, keys are still served but called stale. Default 120. */
  readonly staleAfterSeconds?: number;
  /** Older than this, nothing is decided with them. Default 3600. */
  readonly deadAfterSeconds?: number;
}

/** The same in real milliseconds, with what is not for the user to choose. */
export interface KeyTiming {
  readonly refresh: number;
  readonly staleAfter: number;
  readonly deadAfter: number;
  readonly firstBackOff: number;
  readonly lastBackOff: number;
  readonly unknownKidInterval: number;
  readonly unknownKidBurst: number;
}

/** Validated defaults, divided by the time scale. @throws TypeError if they contradict each other */
export function keyTiming(options: KeyTimingOptions, timeScale: number): KeyTiming {
  const { refreshSeconds, staleAfterSeconds, deadAfterSeconds } = nominalTiming(options);
  const scaled = (seconds: number) => (seconds * 1000) / timeScale;
  return {
    refresh: scaled(refreshSeconds),
    staleAfter: scaled(staleAfterSeconds),
    deadAfter: scaled(deadAfterSeconds),
    firstBackOff: scaled(1),
    lastBackOff: scaled(30),
    unknownKidInterval: scaled(5),
    unknownKidBurst: 2,
  };
}

export function nominalTiming(options: KeyTimingOptions): Required<KeyTimingOptions> {
  const { refreshSeconds = 60, staleAfterSeconds = 120, deadAfterSeconds = 3600 } = options;
  const ordered = refreshSeconds > 0 && refreshSeconds < staleAfterSeconds && staleAfterSeconds < deadAfterSeconds;
  if (!ordered || !Number.isFinite(deadAfterSeconds)) {
    throw new TypeError('key set times must satisfy 0 < refreshSeconds < staleAfterSeconds < deadAfterSeconds');
  }
  return { refreshSeconds, staleAfterSeconds, deadAfterSeconds };
}
