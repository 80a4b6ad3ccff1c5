import { RequestError } from '../../core/model/errors.ts';

/** The database could not be used now. The cause stays in the log. */
export class StorageUnavailable extends RequestError {
  override readonly cause: unknown;

  constructor(cause: unknown, message: string) {
    super('STORAGE_UNAVAILABLE', message, { cause: String(cause) });
    this.cause = cause;
  }
}

/** Of a statement that had no effect, or whose transaction is rolled back. */
export function nothingWasChanged(cause: unknown): StorageUnavailable {
  return new StorageUnavailable(cause, 'The database could not be used, so nothing was changed. Retry later.');
}

/** Of a COMMIT whose answer was lost. */
export function outcomeUnknown(cause: unknown): StorageUnavailable {
  return new StorageUnavailable(
    cause,
    'The database was lost while it committed, so it is not known whether the change was made. Look before you repeat it.',
  );
}
