import { styleFor, type Style } from './style.ts';
import { formatTable, type Table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { wireNames } from './wire-names.ts';

export const FORMATS = ['table', 'json', 'yaml'] as const;
export type Format = (typeof FORMATS)[number];

/** One outcome in two forms: for programs, stable; for people, free to become better. */
export interface Shown {
  readonly document: unknown;
  /** Members of the document whose names are not ours to change: claims, lines of the audit trail. */
  readonly verbatim?: readonly string[];
  readonly text: Table | ((style: Style) => string);
}

/** Where results go: standard output, in the form that was asked for. Everything else goes to `notes`. */
export class Output {
  readonly format: Format;
  /** For standard output. */
  readonly style: Style;
  /** For standard error. */
  readonly noteStyle: Style;
  readonly #terminal: Terminal;

  constructor(terminal: Terminal, format: Format) {
    this.format = format;
    this.#terminal = terminal;
    this.style = styleFor(terminal.stdout, terminal.env);
    this.noteStyle = styleFor(terminal.stderr, terminal.env);
  }

  async show({ document, text, verbatim }: Shown): Promise<void> {
    switch (this.format) {
      case 'json':
        return this.write(JSON.stringify(wireNames(document, verbatim), undefined, 2));
      case 'yaml':
        return this.write((await import('yaml')).stringify(wireNames(document, verbatim)).trimEnd());
      case 'table':
        return this.write(typeof text === 'function' ? text(this.style) : this.#table(text));
    }
  }

  /** Text as it is, on standard output. */
  write(text: string): void {
    this.#terminal.stdout.write(`${text}\n`);
  }

  /** For the person, beside the result: on standard error. */
  note(text: string): void {
    this.#terminal.stderr.write(`${text}\n`);
  }

  #table(table: Table): string {
    const { isTTY, columns } = this.#terminal.stdout;
    return formatTable(table, this.style, isTTY ? columns : undefined);
  }
}
