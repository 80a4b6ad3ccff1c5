import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock, settled } from '@mintmark/testing';
import { MAX_WAITING } from '../keys/key-cache.ts';
import { tellAll } from '../observer.ts';
import { RevocationCache } from './revocation-cache.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** With an issuer that is down. */
describe('waiting for what is revoked', () => {
  let clock: FakeClock;
  let cache: RevocationCache;
  /** Of the cache itself: its next attempt. */
  let timers: number;

  beforeEach(async () => {
    clock = new FakeClock();
    cache = new RevocationCache({
      context: { issuer: 'https://issuer.test', clock, timeScale: 1, leewaySeconds: 20, observer: tellAll([]) },
      timing: { refresh: HOUR, deadAfter: HOUR, firstBackOff: HOUR, lastBackOff: HOUR, wakePause: SECOND },
      onUnknown: 'refuse',
      keys: {
        ...{ state: 'empty', snapshot: undefined, retryAfterSeconds: 1, ready: () => Promise.resolve() },
        ...{ consult: () => Promise.resolve('unavailable'), close: () => undefined },
      },
      fetch: () => Promise.resolve({ status: 'failed', reason: 'it is down' }),
      random: () => 0.5,
    });
    await settled();
    timers = clock.pending;
  });
  afterEach(() => cache.close());

  it('is for so many at a time, and whoever gives up makes room', async () => {
    for (let round = 0; round < 3; round++) {
      let refused = 0;
      const waiting = Array.from({ length: MAX_WAITING }, () => cache.ready(SECOND));
      for (const each of waiting) each.catch(() => (refused += 1));
      await settled();
      expect([clock.pending - timers, refused]).toEqual([MAX_WAITING, 0]);
      await expect(cache.ready(SECOND)).rejects.toThrow('no revocations yet; last attempt: it is down');
      await clock.advance(SECOND);
      expect([clock.pending - timers, refused]).toEqual([0, MAX_WAITING]);
    }
  });

  it('leaves no timer where it ends sooner', async () => {
    const ready = cache.ready(SECOND);
    cache.close();
    await expect(ready).rejects.toThrow('the verifier is closed');
    expect(clock.pending).toBe(0);
  });
});
