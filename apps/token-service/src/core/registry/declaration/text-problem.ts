import type { Position } from '../../model/declaration.ts';

/** A step into a declaration: field name or list index. */
export type Path = readonly (string | number)[];

/** A problem before it is known which file it is in. */
export interface TextProblem extends Position {
  readonly path: string;
  readonly problem: string;
  readonly allowed?: string;
  readonly fix: string;
}

/** Problems of one kind that are reported of a file; more of them teach nothing. */
export const MANY = 20;

/** `['clients', 0, 'id']` → `clients[0].id` */
export function formatPath(path: Path): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${quoteStep(step)}`));
  return steps.join('').replace(/^\./, '');
}

function quoteStep(step: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(step) ? step : quote(step);
}

/** What looks like a client secret, a private key, or a password in a URL. */
const SECRET = /mmcs_|PRIVATE KEY|:\/\/[^/]*@/;

/** What a problem may repeat of the file: one line, cut short, and never a secret pasted where it does not belong. */
export function quote(text: string): string {
  if (SECRET.test(text)) return 'a text that looks like a secret';
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((found, step) => (found as Record<string, unknown> | null | undefined)?.[step], value);
}
