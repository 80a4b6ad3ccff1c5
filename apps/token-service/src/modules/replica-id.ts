import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomIds } from '../adapters/system/random-ids.ts';
import { DataDirectoryError } from './data-directory.ts';

/**
 * Name of this replica among those on one database: that of its data directory, where its audit file is. Made at the first start,
 * by the one process that holds the directory.
 * @throws DataDirectoryError
 */
export function replicaId(dataDir: string): string {
  const path = join(dataDir, 'replica-id');
  try {
    const stored = readIfThere(path);
    if (stored !== undefined) return stored;
    const made = randomIds.next();
    writeFileSync(path, made, { mode: 0o600, flush: true });
    return made;
  } catch (error) {
    throw new DataDirectoryError(dataDir, error);
  }
}

function readIfThere(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return text === '' ? undefined : text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
