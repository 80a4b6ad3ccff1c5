import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeBase64url, encodeBase64url } from './base64url.ts';

describe('base64url', () => {
  it('round-trips any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeBase64url(encodeBase64url(bytes))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('takes text as UTF-8', () => {
    expect(encodeBase64url('é')).toBe('w6k');
  });

  it.each([
    ['padding', 'TQ=='],
    ['one padding sign', 'TWE='],
    ['the plain alphabet', 'a+/b'],
    ['a space', 'TW Fu'],
    ['a trailing newline', 'TWFu\n'],
    ['unused bits that are set', 'TR'],
    ['two unused bits that are set', 'TWF'],
    ['a single character', 'T'],
    ['a character above ASCII', 'TWFué'],
    ['a full-width letter', 'ＴＷＦｕ'],
    ['a question mark', 'TW?u'],
    ['an exclamation mark', 'TW!u'],
    ['NUL', 'TWFu\0'],
  ])('refuses %s', (_, text) => {
    expect(decodeBase64url(text)).toBeUndefined();
  });

  it('has exactly one spelling for each value', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const bytes = decodeBase64url(text);
        expect(bytes === undefined || encodeBase64url(bytes) === text).toBe(true);
      }),
    );
  });
});
