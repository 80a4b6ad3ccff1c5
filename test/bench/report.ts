import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './measured-process.ts';
import type { Size } from './rounds.ts';

export const RESULTS = join(ROOT, 'bench/results');

export type Row = Readonly<Record<string, string | number | null>>;

/** A figure beside what it should be. */
export interface Goal {
  readonly what: string;
  readonly measured: number;
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface Report {
  readonly title: string;
  /** What was compared and how, for whoever reads the figures alone. */
  readonly conditions: readonly string[];
  readonly rows: readonly Row[];
  readonly goals: readonly Goal[];
}

export function isMet({ measured, atMost = Infinity, atLeast = -Infinity }: Goal): boolean {
  return measured <= atMost && measured >= atLeast;
}

export function print({ title, conditions, rows, goals }: Report): void {
  console.log(`\n${title}`);
  for (const condition of conditions) console.log(`  ${condition}`);
  console.log(
    table(rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, show(value)])))),
  );
  console.log(table(goals.map(goalRow)));
}

/** Writes `bench/results/<part>.json` and returns its path. */
export function write(part: string, report: Report, { rounds }: Size): string {
  mkdirSync(RESULTS, { recursive: true });
  const path = join(RESULTS, `${part}.json`);
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length };
  const goals = report.goals.map((goal) => ({ ...goal, met: isMet(goal) }));
  const content = { part, date: new Date().toISOString(), ...machine, rounds, ...report, goals };
  writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
  return path;
}

function goalRow(goal: Goal): Record<string, string> {
  const bounds = [
    ...(goal.atLeast === undefined ? [] : [`≥ ${show(goal.atLeast)}`]),
    ...(goal.atMost === undefined ? [] : [`≤ ${show(goal.atMost)}`]),
  ];
  return {
    goal: goal.what,
    'should be': bounds.join(', '),
    measured: show(goal.measured),
    '': isMet(goal) ? 'met' : 'MISSED',
  };
}

function show(value: string | number | null): string {
  if (typeof value !== 'number') return value ?? '';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits)).toLocaleString('en-GB');
}

/** Columns wide enough, the first to the left, all others to the right. */
function table(rows: readonly Readonly<Record<string, string>>[]): string {
  const names = Object.keys(rows[0] ?? {});
  const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => row[name]!.length)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  ');
  return ['', line(names), ...rows.map((row) => line(names.map((name) => row[name]!)))]
    .map((text) => `  ${text}`)
    .join('\n');
}
