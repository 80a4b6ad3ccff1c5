import { accessSync, constants, mkdirSync } from 'node:fs';

/** The data directory cannot be used. The message says why and what to do. */
export class DataDirectoryError extends Error {
  constructor(path: string, cause: unknown) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    super(
      `The data directory ${path} cannot be written to (${reason}). Give this user the right to, or name another in MINTMARK_DATA_DIR.`,
      { cause },
    );
    this.name = 'DataDirectoryError';
  }
}

/**
 * Makes the directory, for its owner alone, if it is not there.
 * @throws DataDirectoryError
 */
export function prepareDataDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new DataDirectoryError(path, error);
  }
}
