import { describe, expect, it } from '@jest/globals';
import { FakeClock, newKey, settled, type TestKey } from '@mintmark/testing';
import { tellAll, type KeyAlarm, type KeySetEvent } from '../observer.ts';
import type { FetchedKeySet } from './fetch-key-set.ts';
import { createHash } from 'node:crypto';
import { KeyCache, MAX_WAITING, type KeyCacheOptions } from './key-cache.ts';
import type { KeySetFeed } from './key-set-feed.ts';
import { keyTiming } from './key-timing.ts';
import { NegativeKids } from './negative-kids.ts';

const [first, second, third] = [newKey('ES256'), newKey('ES256'), newKey('ES256')];
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

interface Published {
  readonly keys: readonly (TestKey | TestKey['jwk'])[];
  readonly epoch?: number;
  readonly version?: number;
}

/** A source that serves what it is told to, when it is told to. */
class Source {
  readonly asked: number[] = [];
  readonly clock: FakeClock;
  answer: () => Promise<FetchedKeySet> | FetchedKeySet;

  constructor(clock: FakeClock) {
    this.clock = clock;
    this.answer = () => Source.set({ keys: [first] });
  }

  static set({ keys, ...version }: Published, more: Partial<FetchedKeySet> = {}): FetchedKeySet {
    const jwks = keys.map((key) => ('jwk' in key ? (key as TestKey).jwk : key));
    return {
      status: 'changed',
      body: Buffer.from(JSON.stringify({ keys: jwks, ...version })),
      etag: '"e"',
      ...more,
    } as FetchedKeySet;
  }

  readonly etags: (string | undefined)[] = [];

  readonly fetch = async (etag: string | undefined): Promise<FetchedKeySet> => {
    this.asked.push(this.clock.now());
    this.etags.push(etag);
    return this.answer();
  };
}

/** One that says nothing by itself. */
function feedThat(proves: Pick<KeySetFeed, 'isAuthenticated'>): KeySetFeed {
  return { ...proves, open: () => () => undefined };
}

const down = (): FetchedKeySet => ({ status: 'failed', reason: 'connect ECONNREFUSED' });
const hanging = () => new Promise<FetchedKeySet>(() => undefined);

function setUp({
  random = 0.5,
  timeScale = 1,
  answer,
  ...more
}: { random?: number; timeScale?: number; answer?: Source['answer'] } & Pick<
  Partial<KeyCacheOptions>,
  'unauthenticated' | 'archive' | 'adaptJwk' | 'feed'
> = {}) {
  const clock = new FakeClock();
  const source = new Source(clock);
  if (answer) source.answer = answer;
  const alarms: KeyAlarm[] = [];
  const failures: string[] = [];
  const sets: KeySetEvent[] = [];
  const observer = tellAll([
    {
      onAlarm: (alarm) => alarms.push(alarm),
      onFetchFailed: (reason) => failures.push(reason),
      onKeySet: (set) => sets.push(set),
    },
  ]);
  const cache = new KeyCache({
    context: { issuer: 'https://issuer.test', clock, timeScale, observer },
    timing: keyTiming({}, timeScale),
    fetch: source.fetch,
    random: () => random,
    feed: feedThat({ isAuthenticated: true }),
    ...more,
  });
  return { clock, source, cache, alarms, failures, sets };
}

async function loaded(options: Parameters<typeof setUp>[0] = {}) {
  const all = setUp(options);
  await all.cache.ready(SECOND);
  await settled();
  return all;
}

const kidsOf = (cache: KeyCache) => [...(cache.snapshot?.keys.keys() ?? [])];

describe('states of the key cache', () => {
  it('goes from loading to fresh, refreshing, stale, dead, and back', async () => {
    const { clock, source, cache } = setUp();
    expect(cache.state).toBe('loading');
    await cache.ready(SECOND);
    await settled();
    expect(cache.state).toBe('fresh');
    source.answer = hanging;
    await clock.advance(MINUTE);
    expect(cache.state).toBe('refreshing');
    await clock.advance(MINUTE);
    expect(cache.state).toBe('refreshing');
    await clock.advance(1);
    expect(cache.state).toBe('stale');
    await clock.advance(HOUR - 2 * MINUTE - 1);
    expect(cache.state).toBe('stale');
    await clock.advance(1);
    expect(cache.state).toBe('dead');
    expect(kidsOf(cache)).toEqual([first.kid]);
  });

  it('is empty between failed attempts, and loading during one', async () => {
    const { clock, source, cache, failures } = setUp({ answer: down });
    await settled();
    expect(cache.state).toBe('empty');
    source.answer = hanging;
    await clock.advance(SECOND);
    expect(cache.state).toBe('loading');
    expect(failures).toEqual(['connect ECONNREFUSED']);
  });

  it('raises the generation with every success, also an unchanged one', async () => {
    const { clock, source, cache, sets } = await loaded();
    source.answer = () => ({ status: 'unchanged' });
    await clock.advance(MINUTE);
    source.answer = () => Source.set({ keys: [first, second] });
    await clock.advance(MINUTE);
    source.answer = down;
    await clock.advance(MINUTE);
    expect(sets.map(({ generation, keys }) => [generation, keys])).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
    ]);
    expect(cache.snapshot!.generation).toBe(3);
    expect(Object.isFrozen(cache.snapshot)).toBe(true);
  });
});

describe('background refresh', () => {
  it.each([
    [0, 54],
    [0.5, 60],
    [0.999999, 66],
  ])('comes every 60 s ± 10 %% (random %d)', async (random, seconds) => {
    const { clock, source } = await loaded({ random });
    await clock.advance(seconds * SECOND - 1);
    expect(source.asked).toHaveLength(1);
    await clock.advance(2);
    expect(source.asked).toHaveLength(2);
  });

  it('divides its times by the time scale', async () => {
    const { clock, source, cache } = await loaded({ timeScale: 60 });
    await clock.advance(SECOND);
    expect(source.asked).toHaveLength(2);
    source.answer = hanging;
    await clock.advance(3 * SECOND + 1);
    expect(cache.state).toBe('stale');
    await clock.advance(57 * SECOND);
    expect(cache.state).toBe('dead');
  });

  it('backs off from 1 s to 30 s while the source fails, with full jitter, also when empty', async () => {
    const { clock, source } = setUp({ answer: down, random: 1 });
    await settled();
    const start = clock.now();
    await clock.advance(121 * SECOND);
    expect(source.asked.map((at) => (at - start) / SECOND)).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121]);
    const quick = setUp({ answer: down, random: 0.1 });
    await settled();
    await quick.clock.advance(0.3 * SECOND);
    expect(quick.source.asked).toHaveLength(3);
  });

  it('comes back to its pace after a success', async () => {
    const { clock, source } = await loaded({ random: 0.5 });
    const start = clock.now();
    source.answer = down;
    await clock.advance(61 * SECOND);
    source.answer = () => Source.set({ keys: [first] });
    await clock.advance(62 * SECOND);
    expect(source.asked.map((at) => (at - start) / SECOND)).toEqual([0, 60, 60.5, 61.5, 121.5]);
  });

  it('keeps the keys it holds while the source fails, and takes up a removal at the next success', async () => {
    const { clock, source, cache } = await loaded({ answer: () => Source.set({ keys: [first, second] }) });
    source.answer = down;
    await clock.advance(30 * MINUTE);
    expect([kidsOf(cache), cache.state]).toEqual([[first.kid, second.kid], 'stale']);
    source.answer = () => Source.set({ keys: [second] });
    await clock.advance(31 * SECOND);
    expect([kidsOf(cache), cache.state]).toEqual([[second.kid], 'fresh']);
  });

  it('stops when closed', async () => {
    const { clock, source, cache } = await loaded();
    cache.close();
    cache.close();
    await clock.advance(HOUR);
    expect([source.asked.length, clock.pending]).toEqual([1, 0]);
    await expect(cache.consult(third.kid, SECOND)).resolves.toBe('unavailable');
  });

  it('drops an answer that arrives after closing', async () => {
    const late = Promise.withResolvers<FetchedKeySet>();
    const { cache, clock } = setUp({ answer: () => late.promise });
    cache.close();
    late.resolve(Source.set({ keys: [first] }));
    await settled();
    expect([cache.snapshot, clock.pending]).toEqual([undefined, 0]);
  });
});

describe('freshness', () => {
  it('counts from what the source says its set is of', async () => {
    const { clock, cache } = setUp();
    const asOf = clock.now() - 100 * SECOND;
    const late = await loaded({ answer: () => Source.set({ keys: [first] }, { asOf }) });
    expect(cache.state).not.toBe('stale');
    await late.clock.advance(20 * SECOND);
    expect(late.cache.state).toBe('fresh');
    await late.clock.advance(1);
    expect(late.cache.state).toBe('stale');
  });

  it('counts from when the request was sent, where the source says nothing or claims the future', async () => {
    for (const asOf of [undefined, Date.UTC(2030, 0, 1)]) {
      const answer = Promise.withResolvers<FetchedKeySet>();
      const { clock, cache } = setUp({ answer: () => answer.promise });
      const sentAt = clock.now();
      await clock.advance(SECOND);
      answer.resolve(Source.set({ keys: [first] }, asOf === undefined ? {} : { asOf }));
      await cache.ready(SECOND);
      expect(cache.snapshot!.asOf).toBe(sentAt);
    }
  });

  it('never goes back', async () => {
    const { clock, source, cache } = await loaded();
    const { asOf } = cache.snapshot!;
    source.answer = () => ({ status: 'unchanged', asOf: asOf - HOUR });
    await clock.advance(MINUTE);
    expect(cache.snapshot!.asOf).toBe(asOf);
  });
});

describe('ready', () => {
  it('has so many waiting at a time, and whoever gives up makes room', async () => {
    const { clock, cache } = setUp({ answer: hanging });
    for (let round = 0; round < 2; round += 1) {
      let refused = 0;
      const waiting = Array.from({ length: MAX_WAITING }, () => cache.ready(SECOND));
      for (const each of waiting) each.catch(() => (refused += 1));
      await settled();
      expect(refused).toBe(0);
      await expect(cache.ready(SECOND)).rejects.toThrow('no key set yet');
      await clock.advance(SECOND);
      expect(refused).toBe(MAX_WAITING);
    }
  });

  it('waits through failures for the first set', async () => {
    const { clock, source, cache } = setUp({ answer: down });
    const ready = cache.ready(10 * SECOND);
    await clock.advance(SECOND);
    source.answer = () => Source.set({ keys: [first] });
    await clock.advance(5 * SECOND);
    await expect(ready).resolves.toBeUndefined();
    await expect(cache.ready(0)).resolves.toBeUndefined();
  });

  it('gives up after its time, saying what happened', async () => {
    const { clock, cache } = setUp({ answer: down });
    const ready = cache.ready(10 * SECOND);
    ready.catch(() => undefined);
    await clock.advance(10 * SECOND);
    await expect(ready).rejects.toThrow('no key set yet; last attempt: connect ECONNREFUSED');
  });

  it('gives up when closed, then and later', async () => {
    const { cache } = setUp({ answer: hanging });
    const ready = cache.ready(10 * SECOND);
    cache.close();
    await expect(ready).rejects.toThrow('closed');
    await expect(cache.ready(SECOND)).rejects.toThrow('closed');
  });
});

describe('an unknown kid', () => {
  it('is asked for once, and found if it is there', async () => {
    const { source, cache } = await loaded();
    source.answer = () => Source.set({ keys: [first, second] });
    const answers = await Promise.all([cache.consult(second.kid, SECOND), cache.consult(second.kid, SECOND)]);
    expect(answers).toEqual(['settled', 'settled']);
    expect([source.asked.length, kidsOf(cache)]).toEqual([2, [first.kid, second.kid]]);
  });

  it('is remembered until the next generation', async () => {
    const { clock, source, cache } = await loaded();
    await cache.consult(second.kid, SECOND);
    await cache.consult(second.kid, SECOND);
    expect(source.asked).toHaveLength(2);
    await clock.advance(MINUTE);
    const asked = source.asked.length;
    await cache.consult(second.kid, SECOND);
    expect(source.asked).toHaveLength(asked + 1);
  });

  it('has a budget: two at once, then one in five seconds', async () => {
    const { clock, source, cache } = await loaded();
    const strangers = Array.from({ length: 100 }, (_, index) => `stranger-${index}`);
    const ask = async () => {
      const answers = [];
      for (const kid of strangers) answers.push(await cache.consult(`${kid}-${clock.now()}`, SECOND));
      return answers.filter((answer) => answer === 'settled').length;
    };
    expect([await ask(), source.asked.length]).toEqual([2, 3]);
    expect(cache.retryAfterSeconds).toBe(5);
    await clock.advance(4_999);
    expect([await ask(), source.asked.length]).toEqual([0, 3]);
    await clock.advance(1);
    expect([await ask(), source.asked.length]).toEqual([1, 4]);
    // However long it was quiet, no more than two at once.
    await clock.advance(10 * MINUTE);
    expect(await ask()).toBe(2);
  });

  it('cannot starve the background refresh', async () => {
    const { clock, source, cache } = await loaded();
    await cache.consult('stranger-1', SECOND);
    await cache.consult('stranger-2', SECOND);
    expect(await cache.consult('stranger-3', SECOND)).toBe('unavailable');
    source.answer = () => Source.set({ keys: [second] });
    await clock.advance(MINUTE);
    expect(kidsOf(cache)).toEqual([second.kid]);
  });

  it('10,000 of them over a minute cost a dozen fetches, and a rotation among them is noticed', async () => {
    const { clock, source, cache } = await loaded();
    for (let second_ = 0; second_ < 60; second_++) {
      if (second_ === 30) source.answer = () => Source.set({ keys: [first, third] });
      for (let call = 0; call < 167; call++) void cache.consult(`flood-${second_}-${call}`, SECOND);
      await clock.advance(SECOND);
      if (second_ === 36) expect(kidsOf(cache)).toContain(third.kid);
    }
    expect(source.asked.length).toBeLessThanOrEqual(1 + 2 + 12 + 1);
  });

  it('waits no longer than it may, and the load goes on', async () => {
    const { clock, source, cache } = await loaded();
    const slow = Promise.withResolvers<FetchedKeySet>();
    source.answer = () => slow.promise;
    const asked = cache.consult(second.kid, 250);
    await clock.advance(250);
    await expect(asked).resolves.toBe('unavailable');
    slow.resolve(Source.set({ keys: [first, second] }));
    await settled();
    expect(kidsOf(cache)).toContain(second.kid);
  });

  it('joins a load under way instead of starting one', async () => {
    const { clock, source, cache } = await loaded();
    const slow = Promise.withResolvers<FetchedKeySet>();
    source.answer = () => slow.promise;
    await clock.advance(MINUTE);
    const asked = cache.consult(second.kid, SECOND);
    slow.resolve(Source.set({ keys: [first, second] }));
    await expect(asked).resolves.toBe('settled');
    expect(source.asked).toHaveLength(2);
  });

  it('is not called unknown when the source failed, is stale, or has nothing', async () => {
    const failing = await loaded();
    failing.source.answer = down;
    await expect(failing.cache.consult(second.kid, SECOND)).resolves.toBe('unavailable');
    const stale = await loaded();
    await stale.cache.consult(second.kid, SECOND);
    stale.source.answer = down;
    await stale.clock.advance(3 * MINUTE);
    expect(stale.cache.state).toBe('stale');
    await expect(stale.cache.consult(second.kid, SECOND)).resolves.toBe('unavailable');
    const cutOff = await loaded({
      answer: () => Source.set({ keys: [first] }, { asOf: Date.UTC(2025, 11, 31) + 23 * HOUR }),
    });
    await expect(cutOff.cache.consult(second.kid, SECOND)).resolves.toBe('unavailable');
    const empty = setUp({ answer: down });
    await settled();
    await expect(empty.cache.consult(second.kid, SECOND)).resolves.toBe('unavailable');
  });

  it('brings a dead set back to life if the source is there again', async () => {
    const { clock, source, cache } = await loaded();
    source.answer = hanging;
    await clock.advance(2 * HOUR);
    expect(cache.state).toBe('dead');
    const failing = await loaded();
    failing.source.answer = down;
    await failing.clock.advance(2 * HOUR);
    failing.source.answer = () => Source.set({ keys: [first] });
    await expect(failing.cache.consult(first.kid, SECOND)).resolves.toBe('settled');
    expect(failing.cache.state).toBe('fresh');
  });

  it('does not pile up callers without bound while the source hangs', async () => {
    const { clock, source, cache } = await loaded();
    source.answer = hanging;
    const waiting = Array.from({ length: MAX_WAITING }, (_, index) => cache.consult(`waiting-${index}`, SECOND));
    await expect(cache.consult('one-too-many', SECOND)).resolves.toBe('unavailable');
    await clock.advance(SECOND);
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['unavailable']));
    expect(source.asked).toHaveLength(2);
  });
});

describe('negative kids', () => {
  it('are bounded, the oldest going first', () => {
    const kids = new NegativeKids();
    for (let index = 0; index <= NegativeKids.LIMIT; index++) kids.add(`kid-${index}`);
    expect([kids.has('kid-0'), kids.has('kid-1'), kids.has(`kid-${NegativeKids.LIMIT}`)]).toEqual([false, true, true]);
    kids.clear();
    expect(kids.has('kid-1')).toBe(false);
  });
});

describe('key sets that are refused', () => {
  async function offered(before: Published, after: Published | string) {
    const all = await loaded({ answer: () => Source.set(before) });
    all.source.answer = () =>
      typeof after === 'string' ? { status: 'changed', body: Buffer.from(after) } : Source.set(after);
    await all.clock.advance(MINUTE);
    return all;
  }

  it.each([
    ['empty', { keys: [] }],
    ['with a private key', { keys: [first, { ...second.jwk, d: 'AA' }] }],
    ['with one kid twice', { keys: [first, { ...second.jwk, kid: first.kid }] }],
    ['garbage', '<html>'],
  ])('%s: the old one stays, with an alarm', async (_, after) => {
    const { cache, alarms, failures } = await offered({ keys: [first] }, after);
    expect(kidsOf(cache)).toEqual([first.kid]);
    expect(cache.snapshot!.generation).toBe(1);
    expect(alarms).toEqual([{ kind: 'key-set-refused', reason: expect.any(String) as unknown }]);
    expect(failures).toHaveLength(1);
  });

  it('that cannot be adapted: it is refused, and asked for again', async () => {
    const adaptJwk = (jwk: object & { kid?: unknown }) => {
      if (jwk.kid === second.kid) throw new Error('no such kind of key');
      return jwk as never;
    };
    const { source, clock, cache, alarms, failures } = await loaded({ adaptJwk });
    source.answer = () => Source.set({ keys: [second] });
    await clock.advance(MINUTE + SECOND);
    expect(kidsOf(cache)).toEqual([first.kid]);
    expect(alarms[0]).toEqual({ kind: 'key-set-refused', reason: 'a key could not be adapted: no such kind of key' });
    expect(failures.length).toBeGreaterThan(1);
  });

  it.each([
    ['a lower version', { keys: [first], epoch: 2, version: 6 }],
    ['a lower epoch', { keys: [first], epoch: 1, version: 99 }],
    ['no version', { keys: [first] }],
    ['other keys under the same version', { keys: [second], epoch: 2, version: 7 }],
  ])('%s: the held one stays, with an alarm', async (_, after) => {
    const { cache, alarms } = await offered({ keys: [first, second], epoch: 2, version: 7 }, after);
    expect(kidsOf(cache)).toEqual([first.kid, second.kid]);
    expect(alarms).toMatchObject([{ kind: 'key-set-regressed' }]);
  });

  it.each([
    ['the same version again', { keys: [second, first], epoch: 2, version: 7 }],
    ['a higher version', { keys: [second], epoch: 2, version: 8 }],
    ['a new epoch, whose versions start anew', { keys: [third], epoch: 3, version: 1 }],
  ])('but %s is taken', async (_, after) => {
    const { cache, alarms } = await offered({ keys: [first, second], epoch: 2, version: 7 }, after);
    expect(alarms).toEqual([]);
    expect(kidsOf(cache)).toEqual(after.keys.map(({ kid }) => kid));
  });

  it('a known kid with another key is dropped, with an alarm, and stays dropped', async () => {
    const impostor = { ...third.jwk, kid: first.kid };
    const { clock, cache, alarms } = await offered(
      { keys: [first], epoch: 1, version: 1 },
      { keys: [impostor, second], epoch: 1, version: 2 },
    );
    expect(kidsOf(cache)).toEqual([second.kid]);
    expect(alarms).toMatchObject([{ kind: 'kid-reused', kid: first.kid }]);
    await clock.advance(5 * MINUTE);
    expect([kidsOf(cache), cache.state]).toEqual([[second.kid], 'fresh']);
    expect(new Set(alarms.map(({ kind }) => kind))).toEqual(new Set(['kid-reused']));
  });

  it('a kid that had left the set does not come back as another key', async () => {
    const { clock, source, cache } = await offered({ keys: [first, second] }, { keys: [second] });
    source.answer = () => Source.set({ keys: [second, { ...third.jwk, kid: first.kid }] });
    await clock.advance(MINUTE);
    expect(kidsOf(cache)).toEqual([second.kid]);
  });

  it('where no other key remains, nothing can be determined', async () => {
    const { clock, source, cache } = await offered({ keys: [first] }, { keys: [{ ...third.jwk, kid: first.kid }] });
    expect([kidsOf(cache), cache.state]).toEqual([[], 'empty']);
    // With an ETag the answer might be that nothing changed, for ever.
    await clock.advance(SECOND);
    expect(source.etags).toEqual([undefined, '"e"', undefined]);
    source.answer = () => Source.set({ keys: [first] });
    await clock.advance(2 * SECOND);
    expect([kidsOf(cache), cache.state]).toEqual([[first.kid], 'fresh']);
  });

  it('what was dropped beside others is asked for anew, too', async () => {
    const { clock, source, cache } = await offered(
      { keys: [first, second] },
      { keys: [{ ...third.jwk, kid: first.kid }] },
    );
    expect(kidsOf(cache)).toEqual([second.kid]);
    source.answer = () => Source.set({ keys: [first, second] });
    await clock.advance(SECOND);
    expect(source.etags.at(-1)).toBeUndefined();
    expect(kidsOf(cache)).toEqual([first.kid, second.kid]);
  });

  it('an unchanged answer means nothing while nothing is held', async () => {
    const { failures } = setUp({ answer: () => ({ status: 'unchanged' }) });
    await settled();
    expect(failures).toEqual(['status 304, but nothing is held']);
  });
});

describe('in clear a new epoch, or a version far ahead,', () => {
  const unauthenticated = async (before: Published, after: Published) => {
    const all = await loaded({ answer: () => Source.set(before), unauthenticated: true });
    all.source.answer = () => Source.set(after);
    await all.clock.advance(MINUTE);
    return all;
  };

  it.each([
    [2, 1, 'epoch-unauthenticated'],
    [Number.MAX_SAFE_INTEGER, 1, 'epoch-unauthenticated'],
    [1, Number.MAX_SAFE_INTEGER, 'version-unauthenticated'],
    [1, 1_008, 'version-unauthenticated'],
  ])('is without effect, and counted: %d.%d', async (epoch, version, alarm) => {
    const held = { keys: [first], epoch: 1, version: 7 };
    const { clock, source, cache, alarms } = await unauthenticated(held, { keys: [second], epoch, version });
    expect([kidsOf(cache), alarms.map(({ kind }) => kind)]).toEqual([[first.kid], [alarm]]);
    source.answer = () => Source.set({ keys: [first, third], epoch: 1, version: 8 });
    await clock.advance(MINUTE);
    expect(kidsOf(cache)).toEqual([first.kid, third.kid]);
  });

  it('is taken from a feed that proves to be the issuer', async () => {
    const { cache, alarms } = await unauthenticated({ keys: [first], epoch: 1, version: 7 }, { keys: [first] });
    alarms.length = 0;
    cache.offer(told({ keys: [second], epoch: 2, version: 1 }));
    expect([kidsOf(cache), alarms]).toEqual([[second.kid], []]);
  });

  it.each([
    [2, 1, 'epoch-unauthenticated'],
    [Number.MAX_SAFE_INTEGER, 1, 'epoch-unauthenticated'],
    [1, 1_008, 'version-unauthenticated'],
  ])('is not taken from a feed in clear, however the set is fetched: %d.%d', async (epoch, version, alarm) => {
    for (const unauthenticated of [true, false]) {
      const all = await loaded({
        answer: () => Source.set({ keys: [first], epoch: 1, version: 7 }),
        ...{ unauthenticated, feed: feedThat({ isAuthenticated: false }) },
      });
      expect(all.cache.offer(told({ keys: [second], epoch, version }))).toBeUndefined();
      expect([kidsOf(all.cache), all.alarms.map(({ kind }) => kind)]).toEqual([[first.kid], [alarm]]);
      all.source.answer = () => Source.set({ keys: [first, third], epoch: 1, version: 8 });
      await all.clock.advance(MINUTE);
      expect(kidsOf(all.cache)).toEqual([first.kid, third.kid]);
    }
  });

  it.each([
    [2 ** 52, 1, 'epoch-unauthenticated'],
    [1, 2 ** 52, 'version-unauthenticated'],
  ])('is not believed as the first either: %d.%d', async (epoch, version, alarm) => {
    const { alarms, cache, source, clock } = setUp({
      answer: () => Source.set({ keys: [second], epoch, version }),
      unauthenticated: true,
    });
    await settled();
    expect([kidsOf(cache), alarms.map(({ kind }) => kind)]).toEqual([[], [alarm]]);
    source.answer = () => Source.set({ keys: [first], epoch: 1, version: 7 });
    await clock.advance(SECOND);
    expect(kidsOf(cache)).toEqual([first.kid]);
  });

  it('that anybody sent is no reason to refuse the issuer, whose own never go back', async () => {
    const { cache, alarms } = await unauthenticated(
      { keys: [first], epoch: 1, version: 7 },
      { keys: [second], epoch: 1, version: 1_000 },
    );
    expect(kidsOf(cache)).toEqual([second.kid]);
    cache.offer(told({ keys: [third], epoch: 1, version: 8 }));
    expect([kidsOf(cache), alarms]).toEqual([[third.kid], []]);
    cache.offer(told({ keys: [first], epoch: 1, version: 7 }));
    expect([kidsOf(cache), alarms.map(({ kind }) => kind)]).toEqual([[third.kid], ['key-set-regressed']]);
  });

  it('under a kid of the issuer is none to refuse its key, which none that anybody sends replaces', async () => {
    const impostor = { ...third.jwk, kid: first.kid };
    const { clock, source, cache, alarms } = await loaded({
      answer: () => Source.set({ keys: [impostor], epoch: 1, version: 7 }),
      unauthenticated: true,
    });
    cache.offer(told({ keys: [first], epoch: 1, version: 8 }));
    expect([cache.snapshot!.keys.get(first.kid)?.thumbprint, alarms]).toEqual([first.kid, []]);
    source.answer = () => Source.set({ keys: [impostor, second], epoch: 1, version: 9 });
    await clock.advance(MINUTE);
    expect([kidsOf(cache), alarms.map(({ kind }) => kind)]).toEqual([[second.kid], ['kid-reused']]);
  });

  it('does not outlive a restart: what was saved serves, and is no mark for what is fetched', async () => {
    const load = () => told({ keys: [second, { ...third.jwk, kid: first.kid }], epoch: 1, version: 900_000 });
    const archive = { load, save: () => Promise.resolve() };
    const restarted = async (unauthenticated: boolean, isAuthenticated = true) => {
      const all = setUp({ answer: down, unauthenticated, archive, feed: feedThat({ isAuthenticated }) });
      await settled();
      expect(kidsOf(all.cache)).toEqual([second.kid, first.kid]);
      all.source.answer = () => Source.set({ keys: [first], epoch: 1, version: 7 });
      await all.clock.advance(MINUTE);
      return all;
    };
    expect(kidsOf((await restarted(true)).cache)).toEqual([first.kid]);
    expect((await restarted(true)).alarms).toEqual([]);
    expect(kidsOf((await restarted(false, false)).cache)).toEqual([first.kid]);
    const { cache, alarms } = await restarted(false);
    expect([kidsOf(cache), alarms[0]?.kind]).toEqual([[second.kid, first.kid], 'key-set-regressed']);
  });

  it('may be the first that is ever seen', async () => {
    const { cache } = await loaded({
      answer: () => Source.set({ keys: [first], epoch: 5, version: 1 }),
      unauthenticated: true,
    });
    expect(kidsOf(cache)).toEqual([first.kid]);
  });
});

/** A set as a feed tells of it. */
function told(set: Published, asOf = Number.MAX_SAFE_INTEGER): { body: Buffer; asOf: number } {
  const { body } = Source.set(set) as { body: Buffer };
  return { body, asOf };
}

describe('a feed of key sets', () => {
  const SET = { keys: [first], epoch: 1, version: 7 };
  const digestOf = (set: Published) => createHash('sha256').update(told(set).body).digest('base64url');
  const identity = (set: Published) => ({ epoch: set.epoch!, version: set.version!, digest: digestOf(set) });

  it('makes fetching needless as long as it tells of later and later moments', async () => {
    const { clock, source, cache } = await loaded({ answer: () => Source.set(SET) });
    for (let seconds = 0; seconds < 600; seconds += 15) {
      await clock.advance(15 * SECOND);
      expect(cache.confirm(identity(SET), clock.now())).toEqual(identity(SET));
    }
    expect([source.asked.length, cache.state]).toEqual([1, 'fresh']);
    await clock.advance(MINUTE);
    expect(source.asked).toHaveLength(2);
  });

  it('that stands still, at a replica that is cut off, changes nothing about fetching', async () => {
    const { clock, source, cache } = await loaded({ answer: () => Source.set(SET) });
    const cutOff = clock.now();
    for (let seconds = 0; seconds < 120; seconds += 15) {
      await clock.advance(15 * SECOND);
      cache.confirm(identity(SET), cutOff);
    }
    expect(source.asked).toHaveLength(3);
  });

  it('swaps in what it tells, at once, and says what is held then', async () => {
    const { cache, clock } = await loaded({ answer: () => Source.set(SET) });
    const next = { keys: [first, second], epoch: 1, version: 8 };
    expect(cache.offer(told(next, clock.now()))).toEqual(identity(next));
    expect(kidsOf(cache)).toEqual([first.kid, second.kid]);
  });

  it.each<[string, Published | string]>([
    ['a lower version', { keys: [first], epoch: 1, version: 6 }],
    ['other keys under the same version', { keys: [second], epoch: 1, version: 7 }],
    ['a private member', { keys: [{ ...second.jwk, d: 'AA' }], epoch: 1, version: 8 }],
    ['no set', '<html>'],
  ])('is not believed %s: nothing is acknowledged, and the set is fetched soon', async (_, set) => {
    const { cache, clock, source, alarms } = await loaded({ answer: () => Source.set(SET) });
    const offered = typeof set === 'string' ? { body: Buffer.from(set), asOf: clock.now() } : told(set, clock.now());
    expect(cache.offer(offered)).toBeUndefined();
    expect([kidsOf(cache), alarms.length]).toEqual([[first.kid], 1]);
    await clock.advance(3 * SECOND);
    expect(source.asked).toHaveLength(2);
  });

  it('gets no acknowledgement of a set with a key that is not held', async () => {
    const { cache, clock } = await loaded({ answer: () => Source.set(SET) });
    const odd = { kty: 'EC', kid: 'odd', crv: 'P-521', x: 'AA', y: 'AA' } as never;
    expect(cache.offer(told({ keys: [first, odd], epoch: 1, version: 8 }, clock.now()))).toBeUndefined();
    const impostor = { ...third.jwk, kid: first.kid };
    expect(cache.offer(told({ keys: [impostor, second], epoch: 1, version: 9 }, clock.now()))).toBeUndefined();
    expect(kidsOf(cache)).toEqual([second.kid]);
  });

  it('gets none of a set that was heard of and not received', async () => {
    const { cache, clock } = await loaded({ answer: () => Source.set(SET) });
    expect(cache.confirm(identity({ ...SET, version: 8 }), clock.now())).toBeUndefined();
  });

  it('that misses something again and again does not put off the next fetch', async () => {
    const { cache, clock, source } = await loaded({ answer: () => Source.set(SET), random: 0.99 });
    for (let times = 0; times < 20; times++) {
      cache.missed('a gap');
      await clock.advance(SECOND);
    }
    expect(source.asked.length).toBeGreaterThan(3);
  });
});
