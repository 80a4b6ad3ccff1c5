import { readFile } from 'node:fs/promises';
import { TokenRequestError } from '../token-request-error.ts';
import type { ClientErrorCode } from '../token-request-failure.ts';

/** What a file must hold, for the error that says it does not. */
interface Wanted {
  readonly what: string;
  readonly code: ClientErrorCode;
}

/**
 * A file that is read before every request, so that what is renewed in it is noticed; while it cannot be read, what it held
 * last counts.
 */
export class IdentityFile {
  readonly #file: string;
  readonly #wanted: Wanted;
  #last: string | undefined;

  constructor(file: string, wanted: Wanted) {
    this.#file = file;
    this.#wanted = wanted;
  }

  /** Without the white space around it. @throws TokenRequestError if it never held anything */
  async read(): Promise<string> {
    try {
      const text = (await readFile(this.#file, 'utf8')).trim();
      this.#last = text || this.#unreadable('it is empty');
    } catch (error) {
      if (this.#last === undefined) {
        throw error instanceof TokenRequestError ? error : this.#unreadable((error as NodeJS.ErrnoException).code);
      }
    }
    return this.#last;
  }

  #unreadable(reason = 'unreadable'): never {
    const { what, code } = this.#wanted;
    throw new TokenRequestError({
      code,
      detail: `the ${what} cannot be read from ${this.#file} (${reason})`,
      retryable: false,
    });
  }
}
