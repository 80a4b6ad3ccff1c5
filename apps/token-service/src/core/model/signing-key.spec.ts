import { describe, expect, it } from '@jest/globals';
import type { SigningAlgorithm } from '@mintmark/contract';
import type { PublicJwk } from '@mintmark/jws';
import { digestOfKeys, isLater, isSameVersion } from './key-set.ts';
import {
  activateKey,
  deactivateKey,
  destroyKey,
  freezeTiming,
  latestExpiry,
  LEGAL_TRANSITIONS,
  overdueKeys,
  publishKey,
  secondsAfter,
  type PublishedKey,
} from './signing-key.ts';
import { NOMINAL_TIMING, scaleTiming } from './timing.ts';

const T0 = new Date('2026-01-01T00:00:00Z');
const publicJwk = { kty: 'EC', alg: 'ES256', use: 'sig', kid: 'kid' } as PublicJwk;

function standby(timing = NOMINAL_TIMING): PublishedKey {
  const intent = { id: 'a', algorithm: 'ES256', state: 'generating', createdAt: T0 } as const;
  return publishKey(intent, { publicJwk, handle: 'local:a' }, freezeTiming(timing), T0);
}

describe('a signing key', () => {
  it('may sign for three periods, and verifies until its last token is dead', () => {
    const key = activateKey(standby(), NOMINAL_TIMING, T0);
    expect(key.signNotAfter).toEqual(secondsAfter(T0, 3 * 86_400));
    expect(key.verifyUntil).toEqual(secondsAfter(key.signNotAfter, 300 + 900 + 20 + 20));
    expect(latestExpiry(key)).toEqual(secondsAfter(key.verifyUntil, -(20 + 10)));
  });

  it('leaves the set some twenty minutes after it was replaced', () => {
    const key = deactivateKey(activateKey(standby(), NOMINAL_TIMING, T0), secondsAfter(T0, 86_400));
    expect(key.verifyUntil).toEqual(secondsAfter(T0, 86_400 + 1_240));
    expect(latestExpiry(key)).toEqual(secondsAfter(T0, 86_400 + 1_210));
  });

  it('is not kept longer by a deactivation that comes late', () => {
    const active = activateKey(standby(), NOMINAL_TIMING, T0);
    const late = deactivateKey(active, secondsAfter(active.signNotAfter, 5_000));
    expect(late.verifyUntil).toEqual(active.verifyUntil);
  });

  it('keeps the durations it was published with, whatever the settings become', () => {
    const short = { ...NOMINAL_TIMING, maxTokenLifetimeSeconds: 60, signingLeaseSeconds: 10 };
    const active = activateKey(standby(), short, T0);
    expect(active.verifyUntil).toEqual(secondsAfter(active.signNotAfter, 1_240));
    expect(deactivateKey(active, T0).verifyUntil).toEqual(secondsAfter(T0, 1_240));
  });

  it('never loses a millisecond to the scale', () => {
    const timing = scaleTiming(NOMINAL_TIMING, 7);
    const key = activateKey(standby(timing), timing, T0);
    expect(key.verifyUntil.getTime()).toBeGreaterThanOrEqual(key.signNotAfter.getTime() + 1_240_000 / 7);
    expect(latestExpiry(key).getTime()).toBeLessThanOrEqual(key.verifyUntil.getTime() - 30_000 / 7);
  });

  it('is late from 1.25 periods on, if its algorithm is in use: of another one there is no successor to come', () => {
    const active = activateKey(standby(), NOMINAL_TIMING, T0);
    const late = (periods: number, algorithms: readonly SigningAlgorithm[]) =>
      overdueKeys([active, standby()], { now: secondsAfter(T0, periods * 86_400), timing: NOMINAL_TIMING, algorithms });
    expect(late(1.24, ['ES256'])).toEqual([]);
    expect(late(1.25, ['EdDSA', 'ES256'])).toEqual([active]);
    expect(late(1.25, ['EdDSA'])).toEqual([]);
  });

  it('keeps its kid and handle when destroyed, and has none if it was never made', () => {
    expect(destroyKey(standby(), T0)).toMatchObject({ state: 'destroyed', kid: 'kid', handle: 'local:a' });
    const intent = { id: 'a', algorithm: 'ES256', state: 'generating', createdAt: T0 } as const;
    expect(destroyKey(intent, T0)).toMatchObject({ state: 'destroyed', kid: null, handle: null });
  });

  it('never comes back: no transition leads to a state it left, and none out of destroyed', () => {
    expect(LEGAL_TRANSITIONS.destroyed).toEqual([]);
    const reachable = (state: keyof typeof LEGAL_TRANSITIONS): Set<string> =>
      new Set(LEGAL_TRANSITIONS[state].flatMap((next) => [next, ...reachable(next)]));
    for (const state of Object.keys(LEGAL_TRANSITIONS) as (keyof typeof LEGAL_TRANSITIONS)[]) {
      expect(reachable(state)).not.toContain(state);
    }
    expect(reachable('compromised')).toEqual(new Set(['destroyed']));
  });
});

describe('the digest of a key set', () => {
  const one = standby();
  const other = { ...standby(), id: 'b', kid: 'other' };

  it('does not depend on order, nor on the order of members', () => {
    const shuffled = Object.fromEntries(Object.entries(one).reverse()) as unknown as PublishedKey;
    expect(digestOfKeys([one, other])).toBe(digestOfKeys([other, shuffled]));
  });

  it('depends on every member of every living key', () => {
    const active = activateKey(one, NOMINAL_TIMING, T0);
    for (const name of Object.keys(active) as (keyof typeof active)[]) {
      const changed = { ...active, [name]: name === 'frozen' ? { ...active.frozen, leewaySeconds: 1 } : 'changed' };
      expect([name, digestOfKeys([changed])]).not.toEqual([name, digestOfKeys([active])]);
    }
  });

  it('is what it has always been, or every stored key set would look damaged', () => {
    const active = activateKey(one, NOMINAL_TIMING, T0);
    expect(digestOfKeys([])).toBe('T1PNoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICuUU');
    expect(digestOfKeys([active, other])).toBe('LsPCQK3J-SetwC7A4qeZQuh4rTGczqiu1wsXL5egD7Y');
  });

  it('leaves destroyed keys out', () => {
    expect(digestOfKeys([one, destroyKey(other, T0)])).toBe(digestOfKeys([one]));
  });
});

describe('versions of a key set', () => {
  it('go up by epoch first', () => {
    expect(isLater({ epoch: 2, version: 0 }, { epoch: 1, version: 9 })).toBe(true);
    expect(isLater({ epoch: 1, version: 2 }, { epoch: 1, version: 1 })).toBe(true);
    expect(isLater({ epoch: 1, version: 1 }, { epoch: 1, version: 1 })).toBe(false);
    expect(isLater({ epoch: 1, version: 9 }, { epoch: 2, version: 0 })).toBe(false);
    expect(isSameVersion({ epoch: 1, version: 1 }, { epoch: 1, version: 1 })).toBe(true);
    expect(isSameVersion({ epoch: 2, version: 1 }, { epoch: 1, version: 1 })).toBe(false);
  });
});
