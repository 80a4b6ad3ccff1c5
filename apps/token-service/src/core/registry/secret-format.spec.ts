import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatSecret, isSecretFormat, SECRET_BYTES } from './secret-format.ts';

const bytes = fc.uint8Array({ minLength: SECRET_BYTES, maxLength: SECRET_BYTES });
const ZERO = formatSecret(new Uint8Array(SECRET_BYTES));
const FULL = formatSecret(new Uint8Array(SECRET_BYTES).fill(0xff));

describe('client secrets', () => {
  it('have one form, for any bytes', () => {
    expect(ZERO).toMatch(/^mmcs_0{43}[0-9A-Za-z]{6}$/);
    expect(FULL).toMatch(/^mmcs_[0-9A-Za-z]{49}$/);
    fc.assert(
      fc.property(bytes, (random) => {
        const secret = formatSecret(random);
        expect(secret).toMatch(/^mmcs_[0-9A-Za-z]{49}$/);
        expect(encodeURIComponent(secret)).toBe(secret);
        expect(isSecretFormat(secret)).toBe(true);
      }),
    );
  });

  it('keep every bit: no two differ in their bytes alone', () => {
    fc.assert(
      fc.property(bytes, fc.nat(SECRET_BYTES * 8 - 1), (random, bit) => {
        const other = random.with(bit >> 3, (random[bit >> 3] ?? 0) ^ (1 << (bit & 7)));
        expect(formatSecret(other).slice(0, 48)).not.toBe(formatSecret(random).slice(0, 48));
      }),
    );
  });

  it('show a changed, missing, added or swapped character', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 0, max: 53 }), fc.constantFrom(...'azAZ09_-~ '), (random, at, character) => {
        const secret = formatSecret(random);
        const changed = [
          secret.slice(0, at) + character + secret.slice(at + 1),
          secret.slice(0, at) + secret.slice(at + 1),
          secret.slice(0, at) + character + secret.slice(at),
          secret.slice(0, at) + (secret[at + 1] ?? '') + (secret[at] ?? '') + secret.slice(at + 2),
        ];
        for (const text of changed) expect(isSecretFormat(text)).toBe(text === secret);
      }),
    );
  });

  it.each(['', 'mmcs_', 'hunter2', ZERO.toUpperCase(), `${ZERO}\n`, ` ${ZERO}`])('are not %j', (text) => {
    expect(isSecretFormat(text)).toBe(false);
  });

  it.each([0, 31, 33])('are not made of %d bytes', (length) => {
    expect(() => formatSecret(new Uint8Array(length))).toThrow(RangeError);
  });
});
