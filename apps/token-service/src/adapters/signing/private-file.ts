import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

/** Anyone else at all. */
export const OTHERS_OR_GROUP = 0o077;

/** A mounted secret is often readable by the group it was mounted for (Kubernetes fsGroup), and may be. */
export const OTHERS_OR_GROUP_WRITE = 0o027;

/** A file with a secret cannot be read, or others could. The message begins with its path. */
export class PrivateFileError extends Error {
  override readonly name = 'PrivateFileError';
}

/** @throws PrivateFileError */
export function readPrivately(path: string, forbiddenMode: number): Buffer {
  const descriptor = readable(path, () => openSync(path, 'r'));
  try {
    // Asked of the open file, not of its name: what is checked is what is read.
    const mode = fstatSync(descriptor).mode & 0o777;
    if ((mode & forbiddenMode) !== 0) {
      throw new PrivateFileError(
        `${path} can be read or changed by others (mode ${mode.toString(8)}). Run: chmod 600 ${path}`,
      );
    }
    return readable(path, () => readFileSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

function readable<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PrivateFileError(`${path} cannot be read (${reason}).`, { cause: error });
  }
}
