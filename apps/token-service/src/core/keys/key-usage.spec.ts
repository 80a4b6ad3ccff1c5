import { describe, expect, it } from '@jest/globals';
import { KeyUsage } from './key-usage.ts';

describe('the use of keys', () => {
  it('is written down when it has grown, and again if that failed', async () => {
    const recorded: [string, number][][] = [];
    let failing = true;
    const usage = new KeyUsage({
      record: (latest) => {
        if (failing) return Promise.reject(new Error('no database'));
        recorded.push([...latest].map(([kid, at]) => [kid, at.getTime() / 1000]));
        return Promise.resolve();
      },
    });
    for (const exp of [300, 200, 250]) usage.signed('k', exp);
    await expect(usage.flush()).rejects.toThrow('no database');
    failing = false;
    await usage.flush();
    await usage.flush();
    usage.signed('k', 299);
    usage.signed('j', 100);
    await usage.flush();
    expect(recorded).toEqual([[['k', 300]], [['j', 100]]]);
  });
});
