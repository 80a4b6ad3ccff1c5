// Which line a verification has to name, worked out from the file as it was: the first whose bytes differ, or the one behind it
// where the altered line fits what precedes it.
import { linesOf } from './records.ts';
import { hashOf, type Original } from './mutations.ts';

/** Lines that the database vouches for. */
export type Anchored = ReadonlySet<number>;

/** @returns undefined if the lines are those of the original */
export function firstBadLine(original: Original, mutated: Buffer, anchored: Anchored): number | undefined {
  const lines = linesOf(mutated);
  const at = firstDifference(original.lines, lines);
  if (at === undefined) return undefined;
  if (!fits(lines, at) || (at > 1 && anchored.has(at))) return at;
  const end = lines.findIndex((_, index) => index >= at && !fits(lines, index + 1));
  if (end >= 0) return Math.min(end + 1, firstAnchored(anchored, at));
  // The chain holds to its end: only what is known apart from it tells.
  return at === 1 ? 1 : firstAnchored(anchored, at);
}

function firstDifference(before: readonly Buffer[], after: readonly Buffer[]): number | undefined {
  const length = Math.max(before.length, after.length);
  for (let at = 0; at < length; at++) {
    const [one, other] = [before[at], after[at]];
    if (!one || !other || !one.equals(other)) return at + 1;
  }
  return undefined;
}

/** Whether line `number` is there, is JSON, and follows the one before it. */
function fits(lines: readonly Buffer[], number: number): boolean {
  const [previous, line] = [lines[number - 2], lines[number - 1]];
  if (!line) return false;
  try {
    const { seq, prev } = JSON.parse(line.toString()) as { seq?: unknown; prev?: unknown };
    return seq === number && prev === (previous ? hashOf(previous) : 'genesis');
  } catch {
    return false;
  }
}

function firstAnchored(anchored: Anchored, from: number): number {
  return Math.min(...[...anchored].filter((seq) => seq >= from));
}
