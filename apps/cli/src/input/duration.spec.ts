import { describe, expect, it } from '@jest/globals';
import { parseDuration, wholeNumber } from './duration.ts';

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['90s', 90],
    ['15m', 900],
    ['24h', 86_400],
    ['7d', 604_800],
  ])('%s', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  it.each(['', '5', '-1h', '1.5h', '1 h', '1w', '99999999s', '1h '])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow('90s, 15m, 24h, 7d');
  });
});

describe('wholeNumber', () => {
  it('takes what is in its bounds', () => expect(wholeNumber(1, 1000)('1000')).toBe(1000));

  it.each(['0', '1001', '1e2', '0x10', '', ' 5', '-1'])('refuses %j', (text) => {
    expect(() => wholeNumber(1, 1000)(text)).toThrow('from 1 to 1000');
  });
});
