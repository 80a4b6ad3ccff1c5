/** Comparisons of a letter with a letter that one file is worth: some milliseconds, whatever is in it. */
const EFFORT = 1_000_000;

/**
 * Finds the name that a person most likely meant. To compare is costly, and a file that is wrong throughout could ask for it
 * without end: its first mistakes get help, for as long as the effort lasts.
 */
export class NearestName {
  #effort: number;

  constructor(effort = EFFORT) {
    this.#effort = effort;
  }

  /** The candidate within a few slips of what was written, if there is one. */
  of(written: string, candidates: Iterable<string>): string | undefined {
    const wanted = written.toLowerCase();
    let best: string | undefined;
    // One slip at least, a third of the name at most, and never all of it.
    let fewest = Math.min(Math.max(1, Math.floor(wanted.length / 3)) + 1, wanted.length);
    for (const candidate of candidates) {
      if (--this.#effort < 0) return undefined;
      if (Math.abs(candidate.length - wanted.length) >= fewest) continue;
      const slips = this.#slips(wanted, candidate.toLowerCase(), fewest);
      if (slips < fewest) [best, fewest] = [candidate, slips];
    }
    return best;
  }

  /**
   * Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
   * @param limit more than the lengths differ by
   * @returns how many if they are fewer than `limit`, else no less than it
   */
  #slips(a: string, b: string, limit: number): number {
    let [before, previous, current]: Rows = [[], Array.from({ length: b.length + 1 }, (_, column) => column), []];
    for (let row = 1; row <= a.length; row++) {
      // Only near the diagonal: further from it, too many letters stand in one of the two alone.
      const first = Math.max(1, row - limit + 1);
      const last = Math.min(b.length, row + limit - 1);
      this.#effort -= last - first + 1;
      let least = (current[first - 1] = first === 1 ? row : Infinity);
      for (let column = first; column <= last; column++) {
        const same = a[row - 1] === b[column - 1];
        const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
        const slips = Math.min(
          at(previous, column) + 1,
          at(current, column - 1) + 1,
          at(previous, column - 1) + (same ? 0 : 1),
          swapped ? at(before, column - 2) + 1 : Infinity,
        );
        current[column] = slips;
        least = Math.min(least, slips);
      }
      if (last < b.length) current[last + 1] = Infinity;
      // A row holds nothing less than the least of the one before.
      if (least >= limit) return Infinity;
      [before, previous, current] = [previous, current, before];
    }
    return at(previous, b.length);
  }
}

type Rows = [before: number[], previous: number[], current: number[]];

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
