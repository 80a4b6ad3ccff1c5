import { describe, expect, it } from '@jest/globals';
import { KeyUsage } from './key-usage.ts';

const MINUTE = 60;

function scene(stored = new Map<string, Date>()) {
  const recorded: { keys: [string, number][]; clients: string[] }[] = [];
  const pruned: number[] = [];
  const store = { failing: false };
  const clock = { seconds: 0 };
  const usage = new KeyUsage({
    clock: { now: () => new Date(clock.seconds * 1000), monotonic: () => clock.seconds },
    coarseness: MINUTE,
    uses: {
      record: (latest, byClient) => {
        if (store.failing) return Promise.reject(new Error('no database'));
        recorded.push({
          keys: [...latest].map(([kid, at]) => [kid, at.getTime() / 1000]),
          clients: byClient.map(({ kid, client, until }) => `${client} has ${kid} until ${until.getTime() / 1000}`),
        });
        return Promise.resolve();
      },
      of: () => Promise.resolve(stored),
      prune: (before) => Promise.resolve(void pruned.push(before.getTime())),
    },
  });
  return { usage, recorded, pruned, store, clock };
}

describe('the use of keys', () => {
  it('is written down when it has grown, and again if that failed', async () => {
    const { usage, recorded, store } = scene();
    store.failing = true;
    for (const exp of [300, 200, 250]) usage.signed('k', 'orders', exp);
    await expect(usage.flush()).rejects.toThrow('no database');
    store.failing = false;
    await usage.flush();
    await usage.flush();
    usage.signed('k', 'orders', 299);
    usage.signed('j', 'orders', 100);
    await usage.flush();
    expect(recorded).toEqual([
      { keys: [['k', 300]], clients: ['orders has k until 300'] },
      { keys: [['j', 100]], clients: ['orders has j until 120'] },
    ]);
  });

  it('is written down by client, once a minute however many tokens it gets, and never too early', async () => {
    const { usage, recorded } = scene();
    for (let exp = 301; exp <= 360; exp += 1) {
      for (const client of ['orders', 'reports']) usage.signed('k', client, exp);
      await usage.flush();
    }
    expect(recorded.flatMap(({ clients }) => clients)).toEqual(['orders has k until 360', 'reports has k until 360']);
    usage.signed('k', 'orders', 361);
    await usage.flush();
    expect(recorded.at(-1)?.clients).toEqual(['orders has k until 420']);
  });

  it('is forgotten when the tokens have expired', async () => {
    const { usage, recorded, pruned, clock } = scene();
    usage.signed('k', 'orders', 300);
    await usage.flush();
    clock.seconds = 600;
    usage.signed('j', 'orders', 900);
    await usage.flush();
    usage.signed('k', 'orders', 300);
    await usage.flush();
    expect(recorded).toHaveLength(3);
    expect(pruned.at(-1)).toBe((600 - 86_400) * 1000);
  });

  it('is told with what is not written down yet, and the later of the two counts', async () => {
    const stored = new Map([
      ['k', new Date(200_000)],
      ['j', new Date(200_000)],
    ]);
    const { usage } = scene(stored);
    for (const [kid, exp] of [
      ['k', 300],
      ['j', 100],
      ['new', 50],
    ] as const)
      usage.signed(kid, 'orders', exp);
    expect(await usage.of(['k', 'j', 'new', 'unused'])).toEqual(
      new Map([
        ['k', new Date(300_000)],
        ['j', new Date(200_000)],
        ['new', new Date(50_000)],
      ]),
    );
  });
});
