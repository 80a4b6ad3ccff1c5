import { describe, expect, it } from '@jest/globals';
import type { CompromiseOrder } from '../../model/compromise.ts';
import { RequestError } from '../../model/errors.ts';
import type { ReservedCompromise } from '../../model/witness-record.ts';
import { compromiseTogether } from './compromise-together.ts';

const ORDER: CompromiseOrder = {
  target: { custody: ['kek'] },
  scope: 'custody',
  reason: 'a drill',
  withoutStandby: 'seal',
};

/** Key sets by name; carrying out an order in one of them fails as it says. */
function scene(failures: Readonly<Record<string, Error>> = {}) {
  const done: string[] = [];
  const held = new Set<string>();
  let reserved: readonly string[] = [];
  let reservedFirst: readonly string[] = [];
  const intents = {
    reserve: (given: readonly ReservedCompromise[]) => {
      reservedFirst = reserved = given.map(({ issuer }) => issuer);
      expect([done, [...held]]).toEqual([[], [...reserved]]);
      return Promise.resolve();
    },
    withdraw: (given: readonly ReservedCompromise[]) => {
      const withdrawn = given.map(({ issuer }) => issuer);
      reserved = reserved.filter((issuer) => !withdrawn.includes(issuer));
      return Promise.resolve();
    },
    reserved: () => [],
    standing: () => Promise.resolve([]),
    areKept: () => true,
  };
  const part = (issuer: string, lost = 1) => ({
    order: ORDER,
    planned: `plan of ${issuer}`,
    keys: {
      take: () => {
        if (lost === 0) return undefined;
        held.add(issuer);
        return { ...ORDER, issuer, actor: 'ann', kids: [issuer], sealVersion: 1 };
      },
      letGo: () => void held.delete(issuer),
      carryOut: () => {
        const failure = failures[issuer];
        if (failure) return Promise.reject(failure);
        done.push(issuer);
        return Promise.resolve(`done in ${issuer}`);
      },
      catchUp: () => Promise.resolve(),
    },
  });
  const found = () => ({ done, reserved, reservedFirst, held: [...held] });
  return { intents, part, found };
}

describe('an order for several key sets', () => {
  it('is written down as a whole before the first is touched', async () => {
    const { intents, part, found } = scene();
    const outcomes = await compromiseTogether([part('a'), part('b', 0), part('c')], 'ann', intents);
    expect(outcomes).toEqual(['done in a', 'plan of b', 'done in c']);
    expect(found()).toMatchObject({ done: ['a', 'c'], reservedFirst: ['a', 'c'], held: [] });
  });

  it('stands for those after one whose outcome is not known', async () => {
    const lost = new RequestError('STORAGE_UNAVAILABLE', 'no answer');
    for (const error of [lost, new Error('killed')]) {
      const { intents, part, found } = scene({ b: error });
      await expect(compromiseTogether([part('a'), part('b'), part('c')], 'ann', intents)).rejects.toBe(error);
      expect(found()).toMatchObject({ done: ['a'], reserved: ['a', 'b', 'c'], held: [] });
    }
  });

  it('is withdrawn if the first refuses', async () => {
    const refusal = new RequestError('KEYS_UNUSABLE', 'no key can be made');
    const { intents, part, found } = scene({ a: refusal });
    await expect(compromiseTogether([part('a'), part('b'), part('c')], 'ann', intents)).rejects.toBe(refusal);
    expect(found()).toMatchObject({ done: [], reserved: [], held: [] });
  });

  it('stands for one that refuses, and for those after it, if it was carried out in another, then or before', async () => {
    const told = { algorithm: 'ES256' };
    for (const left of [1, 0]) {
      const { intents, part, found } = scene({ b: new RequestError('KEYS_UNUSABLE', 'no key can be made', {}, told) });
      await expect(compromiseTogether([part('a', left), part('b'), part('c')], 'ann', intents)).rejects.toMatchObject({
        ...{ code: 'STORAGE_UNAVAILABLE', facts: { refused: 'KEYS_UNUSABLE' }, told },
        message: expect.stringMatching(/no key can be made.*the order stands/),
      });
      expect(found().reserved).toEqual(expect.arrayContaining(['b', 'c']));
      expect(found().held).toEqual([]);
    }
  });
});
