import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivately } from '../input/private-file.ts';
import { UsageError } from '../output/usage-error.ts';
import { FIRST_DECLARATION } from './first-declaration.ts';

export interface Step {
  readonly what: 'data directory' | 'key-encryption key' | 'declaration';
  readonly path: string;
  readonly outcome: 'made' | 'was there';
}

const GROUP_OR_OTHERS = 0o077;

/** As the token service calls it. */
const KEY_FILE = 'key-encryption.key';
const DATABASE_FILE = 'mintmark.db';
const KEY_BYTES = 32;

/**
 * Makes what a token service needs on its host and is not there yet; changes nothing that is.
 * @throws UsageError if what is there is not safe to build on
 */
export function prepareHost({ directory, declaration }: { directory: string; declaration: string }): Step[] {
  return [makeDirectory(directory), makeKey(directory), makeDeclaration(declaration)];
}

function makeDirectory(path: string): Step {
  const made = mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined;
  requirePrivate(path, '700');
  return { what: 'data directory', path, outcome: made ? 'made' : 'was there' };
}

function makeKey(directory: string): Step {
  const path = join(directory, KEY_FILE);
  const there = existsSync(path);
  if (there) requirePrivate(path, '600');
  else if (existsSync(join(directory, DATABASE_FILE))) {
    // What the database holds is encrypted under the lost key: a new one would only hide that.
    throw new UsageError(
      `${directory} has a database, but its key-encryption key ${path} is gone. Restore that file; a new one could not open what is stored.`,
    );
  } else writePrivately(path, randomBytes(KEY_BYTES));
  return { what: 'key-encryption key', path, outcome: there ? 'was there' : 'made' };
}

function makeDeclaration(path: string): Step {
  const there = existsSync(path);
  if (!there) writeFileSync(path, FIRST_DECLARATION, { flag: 'wx' });
  return { what: 'declaration', path, outcome: there ? 'was there' : 'made' };
}

function requirePrivate(path: string, mode: string): void {
  const { mode: actual } = statSync(path);
  if ((actual & GROUP_OR_OTHERS) === 0) return;
  const octal = (actual & 0o777).toString(8);
  throw new UsageError(`${path} can be used by others (mode ${octal}, must be ${mode}). Run: chmod ${mode} ${path}`);
}
