/** The candidate a person most likely meant, if one is within a few slips of what they wrote. */
export function nearestName(written: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  // One slip at least, a third of the name at most, and never all of it.
  let fewest = Math.min(Math.max(1, Math.floor(written.length / 3)) + 1, written.length);
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - written.length) >= fewest) continue;
    const slips = editDistance(written.toLowerCase(), candidate.toLowerCase());
    if (slips < fewest) [best, fewest] = [candidate, slips];
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
        swapped ? at(before, column - 2) + 1 : Infinity,
      );
    }
    [before, previous] = [previous, current];
  }
  return at(previous, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
