// What the proof waits for, as an operator would set it and as it is here.
import { parseDuration } from '../../../apps/token-service/src/core/registry/declaration/duration.ts';
import { NOMINAL_TIMING as nominal } from '../../../apps/token-service/src/core/model/timing.ts';

export function tellDurations(
  settings: Readonly<Record<'MINTMARK_ROTATION_PERIOD' | 'MINTMARK_PUBLISH_AHEAD', string>>,
  timeScale: number,
): void {
  const { maxAge, staleIfError } = nominal.httpCacheSeconds;
  const durations = {
    'T: longest token lifetime': nominal.maxTokenLifetimeSeconds,
    'L: leeway of verifiers': nominal.leewaySeconds,
    'ε: clock error allowed': nominal.clockErrorSeconds,
    'Z: lease to sign': nominal.signingLeaseSeconds,
    'A: HTTP caches': maxAge + staleIfError,
    'C: verifier staleness': nominal.verifierStalenessSeconds,
    'P: publish ahead': parseDuration(settings.MINTMARK_PUBLISH_AHEAD) ?? NaN,
    'R: rotation period': parseDuration(settings.MINTMARK_ROTATION_PERIOD) ?? NaN,
  };
  console.log(`\n    ${'duration'.padEnd(30)} ${'nominal'.padStart(8)} ${'real'.padStart(10)}`);
  for (const [name, seconds] of Object.entries(durations))
    console.log(
      `    ${name.padEnd(30)} ${`${seconds} s`.padStart(8)} ${`${(seconds / timeScale).toFixed(2)} s`.padStart(10)}`,
    );
}
