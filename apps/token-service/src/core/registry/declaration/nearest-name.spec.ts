import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NearestName } from './nearest-name.ts';

const NAMES = ['orders', 'inventory', 'billing', 'b'];

describe('the nearest name', () => {
  it.each([
    ['ordes', 'orders'],
    ['ordres', 'orders'],
    ['Orders', 'orders'],
    ['inventories', 'inventory'],
    ['bill', undefined],
    ['warehouse', undefined],
    ['', undefined],
    ['a', undefined],
    ['bb', 'b'],
  ])('%j → %s', (written, meant) => expect(new NearestName().of(written, NAMES)).toBe(meant));

  it('is not sought at length for what is far too long', () => {
    expect(new NearestName().of('x'.repeat(1_000_000), NAMES)).toBeUndefined();
  });

  it('is the one that comparing letter by letter with every name finds', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 });
    fc.assert(
      fc.property(name, fc.array(name, { maxLength: 4 }), (written, names) => {
        const slips = names.map((each) => slipsBetween(written, each));
        const most = Math.min(Math.max(1, Math.floor(written.length / 3)), written.length - 1);
        const least = Math.min(...slips);
        expect(new NearestName().of(written, names)).toBe(least <= most ? names[slips.indexOf(least)] : undefined);
      }),
      { numRuns: 2000 },
    );
  });

  it('is sought for the first mistakes, and not for those of a file that is wrong throughout', () => {
    const nearest = new NearestName();
    const names = Array.from({ length: 200 }, (_, index) => `${index}`.padStart(5, '0') + 'abcdefghij'.repeat(5));
    let compared = 0;
    const counted = function* () {
      for (const name of names) {
        compared++;
        yield name;
      }
    };
    expect(nearest.of(`00007${'abcdefghij'.repeat(5)}k`, counted())).toBe(names[7]);
    for (const name of names) nearest.of(`${'z'.repeat(15)}${name}`, counted());
    // Of 40,000 names: the effort is counted in letters, and none is worth comparing to its end.
    expect(compared).toBeLessThan(20_000);
  });
});

/** By definition: every cell of the table. */
function slipsBetween(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, row) => [row]);
  const at = (row: number, column: number) => table[row]?.[column] ?? Infinity;
  for (let column = 1; column <= b.length; column++) table[0]![column] = column;
  for (let row = 1; row <= a.length; row++) {
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const slips = [at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + (same ? 0 : 1)];
      table[row]![column] = Math.min(...slips, swapped ? at(row - 2, column - 2) + 1 : Infinity);
    }
  }
  return at(a.length, b.length);
}
