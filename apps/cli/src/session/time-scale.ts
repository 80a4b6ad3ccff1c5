import type { Terminal } from '../output/terminal.ts';
import { UsageError } from '../output/usage-error.ts';

/** The factor by which the token service divides every duration, where it runs a demonstration. */
export function timeScaleOf(env: Terminal['env']): number {
  const text = env['MINTMARK_TIME_SCALE'] || '1';
  const scale = Number(text);
  if (scale >= 1 && scale < Infinity) return scale;
  throw new UsageError(`MINTMARK_TIME_SCALE takes a number of at least 1, got ${JSON.stringify(text)}.`);
}
