import { DatabaseSync } from 'node:sqlite';

/** Another process holds the directory. */
export class ProcessLockError extends Error {
  constructor(file: string) {
    super(
      `Another token-service is running on this data directory (${file} is locked). Stop it, or set another MINTMARK_DATA_DIR.`,
    );
    this.name = 'ProcessLockError';
  }
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
    if (String(error).includes('locked')) throw new ProcessLockError(file);
    throw error;
  }
  return () => lock.close();
}
