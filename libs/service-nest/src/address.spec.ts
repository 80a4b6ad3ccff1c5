import { describe, expect, it } from '@jest/globals';
import { formatAddress, isLoopback, parseAddress } from './address.ts';

describe('addresses', () => {
  it.each([
    ['127.0.0.1:4000', '127.0.0.1', 4000],
    ['[::1]:0', '::1', 0],
    ['tokens.internal:65535', 'tokens.internal', 65_535],
  ])('%s is read and written back', (text, host, port) => {
    const address = parseAddress(text);
    expect(address).toEqual({ host, port });
    expect(address && formatAddress(address)).toBe(text);
  });

  it.each(['', '4000', ':4000', 'host:', 'host:65536', '::1:4000', '[host]:1', 'a b:1', 'host:-1'])(
    '%j is none',
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );

  it('only what certainly stays on this machine is loopback', () => {
    expect(['127.0.0.1', '127.8.8.8', '::1', 'localhost'].map(isLoopback)).toEqual([true, true, true, true]);
    expect(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example', 'tokens', '1270.0.0.1'].map(isLoopback)).toEqual(
      Array.from({ length: 6 }, () => false),
    );
  });
});
