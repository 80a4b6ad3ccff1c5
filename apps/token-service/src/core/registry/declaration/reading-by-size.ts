import type { DeclarationFile, DeclarationOutcome } from '../../model/declaration.ts';
import type { DeclarationReader } from '../../ports/declaration-reader.ts';
import type { DeclarationSupport } from './declaration-support.ts';
import { readDeclaration } from './read-declaration.ts';

/** Some 200 clients with their policies: read in less time than it takes to hand them to someone else. */
const AT_ONCE_BYTES = 32 * 1024;

interface Parts {
  readonly support: DeclarationSupport;
  readonly large: DeclarationReader;
}

/** Reads a small file at once, and has the large ones, which take seconds, read elsewhere. */
export class ReadingBySize implements DeclarationReader {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async read(file: DeclarationFile): Promise<DeclarationOutcome> {
    const { support, large } = this.#parts;
    return file.bytes.length <= AT_ONCE_BYTES ? readDeclaration(file, support) : large.read(file);
  }
}
