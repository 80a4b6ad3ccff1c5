import type { DeclarationProblem } from '../../model/declaration.ts';

/** More than a screenful teaches nothing. */
const SHOWN = 50;

/** For people: every problem with its place, what is allowed and the fix; says at the end that nothing was applied. */
export function formatProblems(problems: readonly DeclarationProblem[]): string {
  const shown = problems.slice(0, SHOWN).map(formatProblem);
  const hidden = problems.length - shown.length;
  const more = hidden > 0 ? `\n… and ${hidden} more` : '';
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return `${shown.join('\n')}${more}\n${count}; nothing was applied`;
}

export function formatProblem({ file, line, column, path, problem, allowed, fix }: DeclarationProblem): string {
  const subject = path === '' ? '' : `${path}: `;
  return [
    `${file}:${line}:${column}: ${subject}${problem}`,
    ...(allowed === undefined ? [] : [`    allowed: ${allowed}`]),
    `    fix: ${fix}`,
  ].join('\n');
}
