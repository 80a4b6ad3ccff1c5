import { RequestError } from '../model/errors.ts';

/**
 * Records that something was done. That it began is on record, and it cannot be taken back now: it must not be told as not done.
 * @param what as a sentence begins with it
 * @param lost what went with the answer, and how to get another
 * @throws RequestError AUDIT_UNAVAILABLE which says so
 */
export async function recordDone(record: () => Promise<void>, what: string, lost?: string): Promise<void> {
  try {
    await record();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const words = [
      `${what} was done but could not be recorded as done, so its answer is held back.`,
      ...(lost ? [lost] : []),
    ];
    throw new RequestError(error.code, [...words, LOOK].join(' '), error.facts);
  }
}

const LOOK = 'Mend what keeps the audit file from being written, and look at what is there before you repeat it.';
