import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tokenTimes } from './token-times.ts';

const anyTime = fc.integer({ min: Date.UTC(2020), max: Date.UTC(2060) }).map((millis) => new Date(millis));
const declaredSeconds = fc.integer({ min: 1, max: 900 });
const anyScale = fc.oneof(fc.integer({ min: 2, max: 300 }), fc.double({ min: 1.001, max: 300, noNaN: true }));
const MILLISECOND = 0.001;
/** Of two doubles of this size, subtracted. */
const DUST = 1e-6;

describe('the times of a token', () => {
  it('are whole seconds, exactly the lifetime apart, where time is not scaled', () => {
    fc.assert(
      fc.property(anyTime, declaredSeconds, (now, lifetime) => {
        const iat = Math.floor(now.getTime() / 1000);
        expect(tokenTimes(now, lifetime, 1)).toEqual({ iat, exp: iat + lifetime });
      }),
    );
  });

  it('are never further apart than granted, nor two milliseconds nearer, at any scale', () => {
    fc.assert(
      fc.property(anyTime, declaredSeconds, anyScale, (now, declared, scale) => {
        const lifetime = declared / scale;
        const { iat, exp } = tokenTimes(now, lifetime, MILLISECOND);
        expect(iat * 1000).toBeCloseTo(now.getTime(), 2);
        expect(exp - iat).toBeLessThanOrEqual(lifetime);
        expect(exp - iat).toBeGreaterThan(lifetime - 2 * MILLISECOND - DUST);
        for (const each of [iat, exp]) expect(String(each)).toMatch(/^\d+(\.\d{1,3})?$/);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([18, 86.4, 1000])('at scale %d stay below what a verifier of that scale takes', (scale) => {
    for (let now = Date.UTC(2026); now < Date.UTC(2026) + 1_000; now++)
      for (const declared of [300, 900]) {
        const { iat, exp } = tokenTimes(new Date(now), declared / scale, MILLISECOND);
        expect(exp - iat > declared / scale).toBe(false);
      }
  });
});
