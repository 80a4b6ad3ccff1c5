import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

/** Another process holds the lock. */
export class ProcessLockError extends Error {
  override readonly name = 'ProcessLockError';
}

/**
 * Makes sure that one process alone appends to the audit file. Node has no file locks, SQLite has: they end with the process,
 * however it ends, so no stale lock is ever left behind.
 * @returns releases the lock
 * @throws ProcessLockError
 */
export function lockForThisProcess(file: string): () => void {
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive');
  } catch (error) {
    lock.close();
    if (String(error).includes('locked')) {
      throw new ProcessLockError(
        `Another token-service is running on this data directory (${file} is locked). Stop it, or set another MINTMARK_DATA_DIR.`,
      );
    }
    throw error;
  }
  return () => lock.close();
}

/** How long to wait for one that holds a lock for a moment only, in milliseconds, and between two attempts. */
const PATIENCE = 5_000;
const PAUSE = 25;

/**
 * One process at a time does such work, also where they share a volume (on NFS: version 4, which has locks).
 * @throws ProcessLockError if somebody holds the lock for seconds
 */
export async function whileLocked<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const release = await soonLocked(file);
  try {
    return await work();
  } finally {
    release();
  }
}

async function soonLocked(file: string): Promise<() => void> {
  for (let waited = 0; ; waited += PAUSE) {
    try {
      return lockForThisProcess(file);
    } catch (error) {
      if (!(error instanceof ProcessLockError)) throw error;
      if (waited >= PATIENCE) {
        throw new ProcessLockError(
          `${file} has been locked for ${PATIENCE / 1000} s: one of those that share it hangs.`,
        );
      }
      await sleep(PAUSE * (0.5 + Math.random()));
    }
  }
}
