import { describe, expect, it } from '@jest/globals';
import { RequestError } from '../model/errors.ts';
import { recordAction } from './record-action.ts';

const refused = new RequestError('CLIENT_UNKNOWN', 'There is no such client.');
const lost = new RequestError('STORAGE_UNAVAILABLE', 'It is not known whether the change was made.');
const full = new RequestError('AUDIT_UNAVAILABLE', 'Nothing was issued or changed.');

/** What comes of an action, and what is on record by then. @param fits so many records */
async function outcomeOf(act: () => Promise<string>, fits = 2) {
  const recorded: object[] = [];
  const record = async (outcome: object) => {
    if (recorded.length >= fits) throw full;
    recorded.push(outcome);
  };
  const outcome = await recordAction({ record, what: 'bootstrap', lost: 'Make another.' }, act).catch(
    (error: unknown) => error as Error,
  );
  return { outcome, recorded };
}

const done = async () => 'done';
const failing = (error: Error) => async () => Promise.reject(error);
const BEGUN = { outcome: 'begun' };

describe('the record of an action', () => {
  it.each<[string, () => Promise<string>, object]>([
    ['done', done, { outcome: 'done' }],
    ['denied, where it was refused', failing(refused), { outcome: 'denied', code: 'CLIENT_UNKNOWN' }],
    ['failed, where it could not be done', failing(lost), { outcome: 'failed', code: 'STORAGE_UNAVAILABLE' }],
    ['failed, where nobody foresaw it', failing(new Error('a defect')), { outcome: 'failed', code: 'INTERNAL' }],
  ])('ends with %s', async (_, act, end) => {
    expect((await outcomeOf(act)).recorded).toEqual([BEGUN, end]);
  });

  it('comes before anything is done', async () => {
    let isDone = false;
    const { outcome } = await outcomeOf(async () => String((isDone = true)), 0);
    expect([outcome, isDone]).toEqual([full, false]);
  });

  it.each<[string, () => Promise<string>, unknown]>([
    [
      'says that it was done',
      done,
      expect.objectContaining({ message: expect.stringMatching(/was done but.*Make another/) }),
    ],
    ['says that nothing was, where it was refused', failing(refused), full],
    ['leaves the word to what nobody can tell the end of', failing(lost), lost],
  ])('that cannot be written at the end %s', async (_, act, told) => {
    expect(await outcomeOf(act, 1)).toEqual({ outcome: told, recorded: [BEGUN] });
  });
});
