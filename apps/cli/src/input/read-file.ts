import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { Terminal } from '../output/terminal.ts';
import { UsageError } from '../output/usage-error.ts';
import { readAll } from './prompt.ts';

/** Longest file read, in bytes: far above what the service takes, far below what would hurt. */
const FILE_LIMIT = 32 * 1024 * 1024;
const ADVICE = 'Check that it is the right file. A declaration has at most 16 MiB: declare fewer clients in it.';

/**
 * The text of a file, or of standard input where `path` is `-`.
 * @throws UsageError
 */
export async function readText(terminal: Terminal, path: string, limit = FILE_LIMIT): Promise<string> {
  const advice = limit === FILE_LIMIT ? ADVICE : undefined;
  if (path === '-') return readAll(terminal.stdin, limit, advice);
  try {
    return await readAll(createReadStream(path), limit, advice);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(error.message.replace('Standard input', () => path));
    throw new UsageError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** What messages call the file. */
export function nameOf(path: string): string {
  return path === '-' ? 'stdin' : basename(path);
}
