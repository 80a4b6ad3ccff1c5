import type { Typed } from './shell.ts';

/** The session as a page: headings, sentences, and what was typed and printed. */
export class Transcript {
  readonly #parts: string[] = [];
  #open = false;

  say(markdown: string): void {
    this.#close();
    this.#parts.push(`${markdown}\n`);
  }

  add({ line, printed, exitCode }: Typed): void {
    if (!this.#open) this.#parts.push('```console');
    else this.#parts.push('');
    this.#open = true;
    this.#parts.push(`$ ${line}`, ...(printed ? [printed] : []), ...(exitCode ? [`(exit code ${exitCode})`] : []));
  }

  toString(): string {
    this.#close();
    return this.#parts.join('\n');
  }

  #close(): void {
    if (this.#open) this.#parts.push('```\n');
    this.#open = false;
  }
}
