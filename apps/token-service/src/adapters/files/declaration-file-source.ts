import { constants } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import type { DeclarationFile, DeclarationProblem } from '../../core/model/declaration.ts';
import type { DeclarationSource } from '../../core/ports/declaration-source.ts';

interface Options {
  readonly path: string;
  readonly maxBytes: number;
}

/** A declaration in a file. One that is too large is refused by its size, not read first. */
export class DeclarationFileSource implements DeclarationSource {
  readonly #path: string;
  readonly #maxBytes: number;

  constructor({ path, maxBytes }: Options) {
    this.#path = path;
    this.#maxBytes = maxBytes;
  }

  async read(): Promise<DeclarationFile | DeclarationProblem> {
    let handle: FileHandle | undefined;
    try {
      // Without O_NONBLOCK the opening of a named pipe would wait for a writer, perhaps for ever.
      handle = await open(this.#path, constants.O_RDONLY | constants.O_NONBLOCK);
      return await this.#readOpen(handle);
    } catch (error) {
      return this.#problem(
        `the file cannot be read (${codeOf(error)})`,
        'check the path, and that this user may read it',
      );
    } finally {
      await handle?.close();
    }
  }

  async fingerprint(): Promise<string> {
    try {
      // Follows links: in Kubernetes a mounted file is one, and is replaced by pointing it elsewhere.
      const { dev, ino, size, mtimeNs, ctimeNs } = await stat(this.#path, { bigint: true });
      return [dev, ino, size, mtimeNs, ctimeNs].join(':');
    } catch (error) {
      return codeOf(error);
    }
  }

  async #readOpen(handle: FileHandle): Promise<DeclarationFile | DeclarationProblem> {
    const status = await handle.stat();
    if (!status.isFile()) return this.#problem('this is not a file', 'name a YAML or JSON file');
    if (status.size > this.#maxBytes) return this.#tooLarge();
    // It may have grown since; one byte past the limit shows it.
    const buffer = Buffer.allocUnsafe(Math.min(status.size + GROWTH, this.#maxBytes + 1));
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) return { name: this.#path, bytes: buffer.subarray(0, length) };
      length += bytesRead;
    }
    return this.#problem(
      'the file is being written to',
      'try again when it is complete; replace such a file by renaming',
    );
  }

  #tooLarge(): DeclarationProblem {
    return this.#problem(
      `the file is larger than ${this.#maxBytes} bytes`,
      'check that it is the right file; declare fewer clients in it',
    );
  }

  #problem(problem: string, fix: string): DeclarationProblem {
    return { file: this.#path, line: 1, column: 1, path: '', problem, fix };
  }
}

const GROWTH = 1;

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown reason';
}
