import { instant } from '../output/instants.ts';
import { printable } from '../output/printable.ts';
import type { Style } from '../output/style.ts';
import type { ExplainedCheck } from './checks.ts';
import type { Examination } from './examine.ts';

const DATES = new Set(['iat', 'exp', 'nbf']);

/** Header and claims, each check with ✓, ✗ or –, and the verdict. The signature is nowhere in it. */
export function formatExamination(
  { header = {}, claims = {}, checks, verdict, code }: Examination,
  style: Style,
): string {
  const widest = Math.max(...checks.map(({ name }) => name.length));
  return [
    style.heading('header'),
    ...members(header),
    style.heading('claims'),
    ...members(claims),
    style.heading('checks'),
    ...checks.map((check) => formatCheck(check, widest, style)),
    `${style.heading('verdict')}  ${verdictText(verdict, code, style)}`,
  ].join('\n');
}

function members(object: Record<string, unknown>): string[] {
  return Object.entries(object).map(([name, value]) => `  ${printable(name).padEnd(10)} ${valueText(name, value)}`);
}

function valueText(name: string, value: unknown): string {
  const text = printable(typeof value === 'string' ? value : JSON.stringify(value));
  const date = typeof value === 'number' && DATES.has(name) ? new Date(value * 1000) : undefined;
  return date && !Number.isNaN(date.getTime()) ? `${text} (${instant(date)})` : text;
}

function formatCheck({ name, outcome, detail, code }: ExplainedCheck, widest: number, style: Style): string {
  const mark = { passed: style.good('✓'), failed: style.bad('✗'), 'not checked': style.faint('–') }[outcome];
  const why = outcome === 'failed' ? ` (${code})` : '';
  return `  ${mark} ${name.padEnd(widest)}  ${printable(detail)}${why}`;
}

function verdictText(verdict: Examination['verdict'], code: string | undefined, style: Style): string {
  switch (verdict) {
    case 'accepted':
      return style.good('accepted');
    case 'refused':
      return style.bad(`refused: ${code}`);
    case 'undecided':
      return style.warning('undecided: the signature was not checked, so this token proves nothing yet');
  }
}
