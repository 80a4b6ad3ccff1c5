import { printable } from './printable.ts';
import type { Style } from './style.ts';

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Said instead of a table without rows. */
  readonly empty?: string;
}

const GAP = '  ';
/** Columns are not made narrower than this: below it nothing can be told apart. */
const NARROWEST = 8;

/**
 * Columns with two spaces between them, headings in capitals. Cells are cut with `…` to fit `width`; where there are too
 * many columns for that, each row becomes a block of lines.
 * @param width in characters; `Infinity` where nobody looks
 */
export function formatTable({ columns, rows, empty }: Table, style: Style, width = Infinity): string {
  if (rows.length === 0) return empty ?? 'Nothing.';
  const headings = columns.map((name) => name.toUpperCase());
  const cells = rows.map((row) => row.map(printable));
  const natural = headings.map((name, at) => Math.max(name.length, ...cells.map((row) => lengthOf(row[at]))));
  const widths = fit(natural, width);
  if (!widths) return cells.map((row) => formatBlock(headings, row, style)).join('\n\n');
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => pad(cell, widths[at] ?? 0))
      .join(GAP)
      .trimEnd();
  return [style.heading(line(headings)), ...cells.map(line)].join('\n');
}

/** Takes from the widest column until all fit. */
function fit(natural: readonly number[], width: number): number[] | undefined {
  const widths = [...natural];
  const available = width - GAP.length * (widths.length - 1);
  for (let excess = sum(widths) - available; excess > 0; excess--) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) return undefined;
    widths[widths.lastIndexOf(widest)] = widest - 1;
  }
  return widths;
}

function formatBlock(headings: readonly string[], row: readonly string[], style: Style): string {
  const widest = Math.max(...headings.map(lengthOf));
  return headings.map((name, at) => `${style.heading(name.padEnd(widest))}${GAP}${row[at] ?? ''}`).join('\n');
}

function pad(cell: string, width: number): string {
  const length = lengthOf(cell);
  if (length <= width) return cell + ' '.repeat(width - length);
  return `${[...cell].slice(0, width - 1).join('')}…`;
}

function lengthOf(text = ''): number {
  return [...text].length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
