/**
 * Durations of the key lifecycle in seconds, already divided by the time scale, so possibly fractional.
 * The letters are those of the key lifecycle document.
 */
export interface Timing {
  /** T: longest token lifetime. */
  readonly maxTokenLifetimeSeconds: number;
  /** L: leeway of verifiers. */
  readonly leewaySeconds: number;
  /** ε: clock error allowed against the database clock; outside it a replica stops signing. */
  readonly clockErrorSeconds: number;
  /** Z: how long a replica may sign on its snapshot without hearing from the database. */
  readonly signingLeaseSeconds: number;
  /** A is the sum of the two: what HTTP caches may add to the age of a key set. */
  readonly httpCacheSeconds: { readonly maxAge: number; readonly staleIfError: number };
  /** C: how stale a verifier's own keys may be. */
  readonly verifierStalenessSeconds: number;
  /** R: rotation period. */
  readonly rotationPeriodSeconds: number;
  /** P: how long a key is published before it signs. */
  readonly publishAheadSeconds: number;
  /** C of our own verifiers: they poll past HTTP caches, so A does not count for them. */
  readonly ownVerifierStalenessSeconds: number;
  /** The shortest P ever, however many verifiers say that they hold a key. */
  readonly shortestEarlyPublishAheadSeconds: number;
  /** How often the key-set version is polled. Never under 0.05 real seconds, whatever the scale. */
  readonly pollSeconds: number;
}

/** At scale 1. C is that of foreign verifiers (Istio refreshes every 20 minutes), not of ours. */
export const NOMINAL_TIMING: Timing = {
  maxTokenLifetimeSeconds: 900,
  leewaySeconds: 20,
  clockErrorSeconds: 10,
  signingLeaseSeconds: 300,
  httpCacheSeconds: { maxAge: 300, staleIfError: 600 },
  verifierStalenessSeconds: 1_800,
  rotationPeriodSeconds: 86_400,
  publishAheadSeconds: 3_600,
  ownVerifierStalenessSeconds: 90,
  shortestEarlyPublishAheadSeconds: 600,
  pollSeconds: 2,
};

const SHORTEST_POLL_SECONDS = 0.05;

/** Divides every duration by `scale` (≥ 1), so that a demonstration of days takes seconds. */
export function scaleTiming(nominal: Timing, scale: number): Timing {
  return {
    maxTokenLifetimeSeconds: nominal.maxTokenLifetimeSeconds / scale,
    leewaySeconds: nominal.leewaySeconds / scale,
    clockErrorSeconds: nominal.clockErrorSeconds / scale,
    signingLeaseSeconds: nominal.signingLeaseSeconds / scale,
    httpCacheSeconds: {
      maxAge: nominal.httpCacheSeconds.maxAge / scale,
      staleIfError: nominal.httpCacheSeconds.staleIfError / scale,
    },
    verifierStalenessSeconds: nominal.verifierStalenessSeconds / scale,
    rotationPeriodSeconds: nominal.rotationPeriodSeconds / scale,
    publishAheadSeconds: nominal.publishAheadSeconds / scale,
    ownVerifierStalenessSeconds: nominal.ownVerifierStalenessSeconds / scale,
    shortestEarlyPublishAheadSeconds: nominal.shortestEarlyPublishAheadSeconds / scale,
    pollSeconds: Math.max(nominal.pollSeconds / scale, SHORTEST_POLL_SECONDS),
  };
}

/** A: what HTTP caches may add to the age of a key set. */
export function httpCacheTotalSeconds(timing: Timing): number {
  return timing.httpCacheSeconds.maxAge + timing.httpCacheSeconds.staleIfError;
}

/** The smallest safe P: `Z + A + C + ε`. A key published for less may sign tokens that a verifier refuses. */
export function shortestPublishAheadSeconds(timing: Timing): number {
  return (
    timing.signingLeaseSeconds +
    httpCacheTotalSeconds(timing) +
    timing.verifierStalenessSeconds +
    timing.clockErrorSeconds
  );
}

/**
 * How long a foreign verifier may go on with a key that has left the key set: a replica that is cut off serves it for Z, or as
 * long as no key about to sign can be missing (`P − A − C − ε`), and caches and verifiers keep what it served for `A + C`.
 */
export function exposureSeconds(timing: Timing): number {
  const { signingLeaseSeconds, publishAheadSeconds, verifierStalenessSeconds, clockErrorSeconds } = timing;
  const keptAfterServing = httpCacheTotalSeconds(timing) + verifierStalenessSeconds;
  return Math.max(signingLeaseSeconds + keptAfterServing, publishAheadSeconds - clockErrorSeconds);
}

/** How long after a compromise a verifier may still accept the key, in seconds. */
export interface ExposureBounds {
  /** Ours, with a live stream. */
  readonly streamSeconds: number;
  /** Ours, polling. */
  readonly pollingSeconds: number;
  /**
   * What it takes longer for those behind a replica that is cut off from the database: Z. Then it is not ready, and whoever asks again
   * is to find another one; a verifier that finds none goes by what it holds until that is dead.
   */
  readonly cutOffSeconds: number;
  /** Foreign ones: see {@link exposureSeconds}. */
  readonly foreignSeconds: number;
}

export function exposureBounds(timing: Timing): ExposureBounds {
  const scale = NOMINAL_TIMING.signingLeaseSeconds / timing.signingLeaseSeconds;
  return {
    streamSeconds: 2 / scale,
    pollingSeconds: 70 / scale,
    cutOffSeconds: timing.signingLeaseSeconds,
    foreignSeconds: exposureSeconds(timing),
  };
}

/**
 * P where nobody has to be waited for but our own verifiers, and each of them says that it holds the key: `Z + C + ε` with their C.
 * @param signingLeaseSeconds the longest Z that counts
 */
export function earlyPublishAheadSeconds(
  timing: Pick<Timing, 'ownVerifierStalenessSeconds' | 'shortestEarlyPublishAheadSeconds' | 'clockErrorSeconds'>,
  signingLeaseSeconds: number,
): number {
  const { ownVerifierStalenessSeconds, shortestEarlyPublishAheadSeconds, clockErrorSeconds } = timing;
  const bound = signingLeaseSeconds + ownVerifierStalenessSeconds + clockErrorSeconds;
  return Math.max(bound, shortestEarlyPublishAheadSeconds);
}

/** How long a key must stay in the key set after its last signature was allowed: `Z + T + L + 2ε`. */
export function afterlifeSeconds(
  timing: Pick<Timing, 'signingLeaseSeconds' | 'maxTokenLifetimeSeconds' | 'leewaySeconds' | 'clockErrorSeconds'>,
): number {
  return (
    timing.signingLeaseSeconds + timing.maxTokenLifetimeSeconds + timing.leewaySeconds + 2 * timing.clockErrorSeconds
  );
}

const TOLERANCE = 1 + 1e-9;
/** Keys that verifiers are ever given at once. */
export const LARGEST_KEY_SET = 16;

/**
 * What is unsafe about a set of durations, one sentence for each finding; empty if it is safe.
 * A P below its bound is among them: `checkPublishAhead` tells it apart.
 */
export function checkTiming(timing: Timing): string[] {
  const { httpCacheSeconds, ...durations } = timing;
  const notPositive = [
    ...Object.entries(durations).filter(([, value]) => !(value > 0 && Number.isFinite(value))),
    // Zero is a legitimate answer to "for how long may a cache keep it".
    ...Object.entries(httpCacheSeconds).filter(([, value]) => !(value >= 0 && Number.isFinite(value))),
  ].map(([name, value]) => `${name} is ${value}: give a finite number of seconds above 0.`);
  if (notPositive.length > 0) return notPositive;
  return [
    checkPublishAhead(timing),
    checkLeeway(timing),
    checkRotationPeriod(timing),
    checkSetSize(timing),
    checkPoll(timing),
  ].filter((finding) => finding !== undefined);
}

/** Why P is too short, or `undefined` if it is safe. */
export function checkPublishAhead(timing: Timing): string | undefined {
  const bound = shortestPublishAheadSeconds(timing);
  if (timing.publishAheadSeconds * TOLERANCE >= bound) return undefined;
  return (
    `A key would sign ${seconds(timing.publishAheadSeconds)} after it was published, but verifiers may learn of it only after ` +
    `${seconds(bound)}: signing lease ${seconds(timing.signingLeaseSeconds)} + HTTP caches ${seconds(httpCacheTotalSeconds(timing))} + ` +
    `verifier staleness ${seconds(timing.verifierStalenessSeconds)} + clock error ${seconds(timing.clockErrorSeconds)}. ` +
    `Publish at least ${seconds(bound)} ahead.`
  );
}

function checkLeeway({ leewaySeconds, clockErrorSeconds }: Timing): string | undefined {
  if (leewaySeconds * TOLERANCE >= 2 * clockErrorSeconds) return undefined;
  return (
    `A leeway of ${seconds(leewaySeconds)} does not cover two clocks that are each ${seconds(clockErrorSeconds)} off. ` +
    `Allow at least ${seconds(2 * clockErrorSeconds)}.`
  );
}

// Signing stops 3 R after activation; a successor that needs longer than R to become safe would eat into that margin.
function checkRotationPeriod({ rotationPeriodSeconds, publishAheadSeconds }: Timing): string | undefined {
  if (rotationPeriodSeconds * TOLERANCE >= publishAheadSeconds) return undefined;
  return (
    `Keys rotate every ${seconds(rotationPeriodSeconds)}, but a successor must be published ${seconds(publishAheadSeconds)} ahead. ` +
    `Rotate at most every ${seconds(publishAheadSeconds)}.`
  );
}

function checkSetSize(timing: Timing): string | undefined {
  const retired = Math.ceil(afterlifeSeconds(timing) / timing.rotationPeriodSeconds);
  if (retired + 2 <= LARGEST_KEY_SET) return undefined;
  return (
    `Rotating every ${seconds(timing.rotationPeriodSeconds)} would keep ${retired} retired keys in the key set. ` +
    `Rotate more rarely or issue shorter tokens, so that at most ${LARGEST_KEY_SET} keys are published.`
  );
}

function checkPoll({ pollSeconds, signingLeaseSeconds }: Timing): string | undefined {
  if (2 * pollSeconds <= signingLeaseSeconds * TOLERANCE) return undefined;
  return (
    `Polling every ${seconds(pollSeconds)} cannot keep up a signing lease of ${seconds(signingLeaseSeconds)}. ` +
    `Poll at least twice a lease, or lower the time scale.`
  );
}

function seconds(value: number): string {
  return `${Number(value.toPrecision(6))} s`;
}
