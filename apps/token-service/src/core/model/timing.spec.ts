import { describe, expect, it } from '@jest/globals';
import {
  checkPublishAhead,
  checkTiming,
  NOMINAL_TIMING,
  scaleTiming,
  shortestPublishAheadSeconds,
  type Timing,
} from './timing.ts';

const changed = (change: Partial<Timing>): Timing => ({ ...NOMINAL_TIMING, ...change });

describe('timing', () => {
  it('is safe by default, at every scale that leaves room for polling', () => {
    for (const scale of [1, 2, 7, 60, 600, 1_000]) expect(checkTiming(scaleTiming(NOMINAL_TIMING, scale))).toEqual([]);
  });

  it('needs a key to be published for 3,010 s', () => {
    expect(shortestPublishAheadSeconds(NOMINAL_TIMING)).toBe(3_010);
    expect(checkPublishAhead(changed({ publishAheadSeconds: 3_010 }))).toBeUndefined();
    expect(checkPublishAhead(changed({ publishAheadSeconds: 3_009 }))).toMatch(/Publish at least 3010 s ahead/);
  });

  it('takes P exactly at its bound also where division leaves dust', () => {
    for (let scale = 1; scale < 500; scale++) {
      expect(checkPublishAhead(scaleTiming(changed({ publishAheadSeconds: 3_010 }), scale))).toBeUndefined();
    }
  });

  it('divides every duration, but polls no faster than 20 times a second', () => {
    const scaled = scaleTiming(NOMINAL_TIMING, 100);
    expect(scaled).toEqual({
      maxTokenLifetimeSeconds: 9,
      leewaySeconds: 0.2,
      clockErrorSeconds: 0.1,
      signingLeaseSeconds: 3,
      httpCacheSeconds: { maxAge: 3, staleIfError: 6 },
      verifierStalenessSeconds: 18,
      rotationPeriodSeconds: 864,
      publishAheadSeconds: 36,
      ownVerifierStalenessSeconds: 0.9,
      shortestEarlyPublishAheadSeconds: 6,
      pollSeconds: 0.05,
    });
  });

  const findings: readonly [string, Partial<Timing>, RegExp][] = [
    ['P below its bound', { publishAheadSeconds: 60 }, /60 s after it was published/],
    ['a leeway below two clock errors', { leewaySeconds: 19 }, /at least 20 s/],
    ['a rotation period below P', { rotationPeriodSeconds: 3_599 }, /at most every 3600 s/],
    ['a poll slower than half a lease', { pollSeconds: 151 }, /lower the time scale/],
    ['a duration of zero', { signingLeaseSeconds: 0 }, /signingLeaseSeconds is 0/],
    ['a duration below zero', { clockErrorSeconds: -1 }, /clockErrorSeconds is -1/],
    ['no number', { leewaySeconds: Number.NaN }, /leewaySeconds is NaN/],
    ['an endless duration', { rotationPeriodSeconds: Infinity }, /rotationPeriodSeconds is Infinity/],
    ['a negative cache time', { httpCacheSeconds: { maxAge: -1, staleIfError: 600 } }, /maxAge is -1/],
    [
      'a set of more than 16 keys',
      { maxTokenLifetimeSeconds: 60_000, rotationPeriodSeconds: 3_600 },
      /at most 16 keys/,
    ],
  ];

  it.each(findings)('finds %s', (_what, change, message) => {
    expect(checkTiming(changed(change))).toEqual([expect.stringMatching(message)]);
  });

  it('allows HTTP caches nothing at all', () => {
    expect(checkTiming(changed({ httpCacheSeconds: { maxAge: 0, staleIfError: 0 } }))).toEqual([]);
  });

  it('lists all that is wrong', () => {
    expect(checkTiming(changed({ publishAheadSeconds: 60, leewaySeconds: 1 }))).toHaveLength(2);
  });
});
