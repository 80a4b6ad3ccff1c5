import { closeSync, fsyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { UsageError } from '../output/usage-error.ts';

/** A new file for its owner alone (0600); one that is there is never overwritten. */
export class PrivateFile {
  readonly path: string;
  readonly #descriptor: number;

  /**
   * Opened before the secret is made: one that could be written nowhere would be lost, and count as alive.
   * @throws UsageError
   */
  constructor(path: string) {
    this.path = path;
    try {
      this.#descriptor = openSync(path, 'wx', 0o600);
    } catch (error) {
      throw new UsageError(explain(path, error));
    }
  }

  /** Durable when it returns. */
  write(content: string | Uint8Array): void {
    const bytes = Buffer.from(content as string);
    for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at);
    fsyncSync(this.#descriptor);
    closeSync(this.#descriptor);
  }

  /** Nothing came of it. */
  discard(): void {
    closeSync(this.#descriptor);
    unlinkSync(this.path);
  }
}

/** @throws UsageError if it is there already or cannot be made */
export function writePrivately(path: string, content: string | Uint8Array): void {
  new PrivateFile(path).write(content);
}

function explain(path: string, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST') return `${path} is there already, and is not overwritten. Name another file, or remove it.`;
  return `${path} cannot be made (${code}). Name a file in a directory that you may write to.`;
}
