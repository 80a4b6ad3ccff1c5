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
      of: () => Promise.resolve(new Map()),
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

  it('is told with what is not written down yet, and the later of the two counts', async () => {
    const stored = new Map([
      ['k', new Date(200_000)],
      ['j', new Date(200_000)],
    ]);
    const usage = new KeyUsage({ record: () => Promise.resolve(), of: () => Promise.resolve(stored) });
    for (const [kid, exp] of [
      ['k', 300],
      ['j', 100],
      ['new', 50],
    ] as const)
      usage.signed(kid, exp);
    expect(await usage.of(['k', 'j', 'new', 'unused'])).toEqual(
      new Map([
        ['k', new Date(300_000)],
        ['j', new Date(200_000)],
        ['new', new Date(50_000)],
      ]),
    );
  });
});
