import { readText } from '../input/read-file.ts';
import type { Terminal } from '../output/terminal.ts';
import { UsageError } from '../output/usage-error.ts';

/** More than any token, less than a mistake with a large file. */
const LIMIT = 64 * 1024;

/**
 * A token from a file or standard input, never from an argument: arguments are seen by every user of the machine.
 * @throws UsageError
 */
export async function readToken(terminal: Terminal, file: string | undefined): Promise<string> {
  if (file !== undefined && looksLikeToken(file)) {
    throw new UsageError('A token was given as an argument, where others can see it. Pipe it in, or name a file.');
  }
  if (file === undefined && terminal.stdin.isTTY) {
    throw new UsageError(
      'There is no token: pipe it in, or name a file. For example: mintmark token inspect < token.jwt',
    );
  }
  const token = (await readText(terminal, file ?? '-', LIMIT)).trim().replace(/^Bearer +/i, '');
  if (token === '') throw new UsageError('There is no token in it.');
  return token;
}

function looksLikeToken(text: string): boolean {
  return text.startsWith('eyJ') && text.split('.').length >= 3;
}
