import { beforeEach, describe, expect, it } from '@jest/globals';
import { SecretUsage } from './secret-usage.ts';

const AT = new Date('2026-03-01T00:00:00Z');

let written: string[][];
let answer: () => Promise<void>;
let usage: SecretUsage;

beforeEach(() => {
  written = [];
  answer = () => Promise.resolve();
  const record = async (uses: ReadonlyMap<string, Date>) => {
    written.push([...uses.keys()]);
    await answer();
  };
  usage = new SecretUsage({ record, of: () => Promise.resolve(new Map()) });
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the use of secrets', () => {
  it('is written at once the first time, and with the others from then on', async () => {
    usage.used('a', AT);
    await settled();
    expect(written).toEqual([['a']]);
    usage.used('a', AT);
    await settled();
    expect(written).toHaveLength(1);
    await usage.flush();
    expect(written).toEqual([['a'], ['a']]);
  });

  it('is written together, however many are new', async () => {
    for (const id of ['a', 'b', 'c', 'd']) usage.used(id, AT);
    await settled();
    expect(written).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('counts for whoever asks, written or not', async () => {
    usage.used('a', AT);
    await settled();
    usage.used('a', AT);
    await usage.lastUses(['a']);
    expect(written).toEqual([['a'], ['a']]);
  });

  it('is not lost where that fails, and holds nobody up', async () => {
    answer = () => Promise.reject(new Error('no database'));
    usage.used('a', AT);
    await settled();
    await expect(usage.flush()).rejects.toThrow('no database');
    answer = () => Promise.resolve();
    await usage.flush();
    expect(written).toEqual([['a'], ['a'], ['a']]);
  });
});
