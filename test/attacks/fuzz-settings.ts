import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Mutated tokens or declarations to try: few in every test run, 100,000 in CI, a million in full. */
export const FUZZ_RUNS = Number(process.env['MINTMARK_FUZZ_RUNS'] ?? 2_000);

/** Shown in the name of each fuzzing test; set it to see a run again. */
export const FUZZ_SEED = Number(process.env['MINTMARK_FUZZ_SEED'] ?? Date.now() % 2 ** 31);

export const FUZZ_TIMEOUT = 3_600_000;

/** Bytes that so many tokens may leave behind: noise, and less for each than the least that could be remembered of it. */
export function allowedGrowth(tokens: number): number {
  return (1 << 20) + 32 * tokens;
}

/** Bytes in use, on the heap and beside it, once everything that can be collected is gone. */
export function bytesInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
