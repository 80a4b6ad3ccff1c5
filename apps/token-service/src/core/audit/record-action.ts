import type { OperatorAction } from '../model/audit-event.ts';
import { isRefusal, RequestError } from '../model/errors.ts';

export interface Recording {
  readonly record: (outcome: Pick<OperatorAction, 'outcome' | 'code'>) => Promise<void>;
  /** As a sentence begins with it. */
  readonly what: string;
  /** What goes with an answer that is held back, and how to get another. */
  readonly lost?: string | undefined;
}

/**
 * Records that something begins, before anything is changed, and how it ended, before the answer leaves. While that is not
 * possible, nothing is done.
 * @throws what `act` throws; RequestError AUDIT_UNAVAILABLE
 */
export async function recordAction<Result>(recording: Recording, act: () => Promise<Result>): Promise<Result> {
  await recording.record({ outcome: 'begun' });
  const result = await recordingFailure(recording, act);
  await recordDone(() => recording.record({ outcome: 'done' }), recording);
  return result;
}

/** Records how it failed, if it does. */
export async function recordingFailure<Result>(
  { record }: Pick<Recording, 'record'>,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    await record(failureOf(error)).catch((unrecorded: unknown) => {
      // Whether nothing was done is for that error to say.
      throw isRefusal(error) ? unrecorded : error;
    });
    throw error;
  }
}

/**
 * Records that something was done. That it began is on record, and it cannot be taken back now: it must not be told as not done.
 * @throws RequestError AUDIT_UNAVAILABLE which says so
 */
export async function recordDone(
  record: () => Promise<void>,
  { what, lost }: Pick<Recording, 'what' | 'lost'>,
): Promise<void> {
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

function failureOf(error: unknown): Pick<OperatorAction, 'outcome' | 'code'> {
  const code = error instanceof RequestError ? error.code : 'INTERNAL';
  return { outcome: isRefusal(error) ? 'denied' : 'failed', code };
}
