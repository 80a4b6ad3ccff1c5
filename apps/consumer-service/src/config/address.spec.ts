import { describe, expect, it } from '@jest/globals';
import { formatAddress, parseAddress } from './address.ts';

describe('an address', () => {
  it.each(['127.0.0.1:4100', '[::1]:0', 'localhost:65535', 'inventory.internal:1'])(
    '%s reads and writes the same',
    (text) => {
      const address = parseAddress(text);
      expect(address && formatAddress(address)).toBe(text);
    },
  );

  it.each([
    '',
    '4100',
    ':4100',
    'host',
    'host:',
    'host:port',
    'host:65536',
    '::1:4100',
    '[host]:1',
    'a b:1',
    'http://h:1',
  ])('is not %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});
