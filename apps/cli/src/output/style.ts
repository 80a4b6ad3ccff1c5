import type { OutputStream, Terminal } from './terminal.ts';

type Paint = (text: string) => string;

/** Colours, or none: then every function returns its text as it is. */
export interface Style {
  readonly good: Paint;
  readonly bad: Paint;
  readonly warning: Paint;
  readonly heading: Paint;
  readonly faint: Paint;
}

/** Colours only for eyes: not into pipes and files, and not where NO_COLOR (no-color.org) or a dumb terminal asks for none. */
export function styleFor(stream: OutputStream, env: Terminal['env']): Style {
  const coloured = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const paint = (start: number, end: number) => (text: string) =>
    coloured && text !== '' ? `\u001b[${start}m${text}\u001b[${end}m` : text;
  return {
    good: paint(32, 39),
    bad: paint(31, 39),
    warning: paint(33, 39),
    heading: paint(1, 22),
    faint: paint(2, 22),
  };
}
