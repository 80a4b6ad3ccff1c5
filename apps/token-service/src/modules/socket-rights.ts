import { lstatSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';

const OTHERS = 0o077;

/**
 * Why a Unix socket, or the directory it lies in, is not for its owner alone; `undefined` if it is. The rights of the file
 * system are all that says who is asking.
 */
export function socketDefect(path: string): string | undefined {
  return directoryDefect(dirname(path)) ?? ownDefect(path, lstatSync(path), 'chmod 600');
}

export function directoryDefect(directory: string): string | undefined {
  return ownDefect(directory, lstatSync(directory), 'chmod 700');
}

function ownDefect(path: string, { mode, uid }: Stats, remedy: string): string | undefined {
  const own = process.getuid?.();
  if (own !== undefined && uid !== own) return `${path} belongs to another user (uid ${uid}, not ${own}).`;
  if ((mode & OTHERS) === 0) return undefined;
  return `${path} is open to others (mode ${(mode & 0o777).toString(8).padStart(4, '0')}). Run: ${remedy} ${path}`;
}
