import { describe, expect, it } from '@jest/globals';
import { harmless, tellAll } from './observer.ts';

describe('a listener', () => {
  it('that throws, or rejects later, troubles nobody', async () => {
    const rejected: unknown[] = [];
    const notice = (reason: unknown) => rejected.push(reason);
    process.once('unhandledRejection', notice);
    const told: string[] = [];
    harmless((text: string) => {
      told.push(text);
      throw new Error('a defect');
    })('one');
    harmless((text: string) => {
      told.push(text);
      return Promise.reject(new Error('a defect'));
    })('two');
    await new Promise((resolve) => setTimeout(resolve, 1));
    process.removeListener('unhandledRejection', notice);
    expect([told, rejected]).toEqual([['one', 'two'], []]);
  });

  it('does not keep the others from hearing', () => {
    const heard: string[] = [];
    const observer = tellAll([
      {
        onVerdict: () => {
          throw new Error('a defect');
        },
      },
      {},
      { onVerdict: (code) => heard.push(code) },
    ]);
    observer.onVerdict('OK');
    expect(heard).toEqual(['OK']);
  });
});
