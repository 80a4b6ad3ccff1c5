import { RequestError } from '../../core/model/errors.ts';
import { isBusy, isUnwritable } from './sqlite-errors.ts';

/**
 * Does a write, and says what it means when the disk is full or the database locked: nothing was changed, try again later.
 * @throws RequestError STORAGE_UNAVAILABLE in place of those errors; any other as it is
 */
export async function storing<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (!isUnwritable(error) && !isBusy(error)) throw error;
    throw new RequestError(
      'STORAGE_UNAVAILABLE',
      'The database could not be written, so nothing was changed. Retry later.',
      { cause: String(error) },
    );
  }
}
