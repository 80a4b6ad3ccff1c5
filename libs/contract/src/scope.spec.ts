import { describe, expect, it } from '@jest/globals';
import { formatScope, parseScope } from './scope.ts';

describe('scope', () => {
  it('is split at single spaces and put together again', () => {
    expect(parseScope('stock:read stock:reserve')).toEqual(['stock:read', 'stock:reserve']);
    expect(formatScope(['a', 'b'])).toBe('a b');
  });

  it.each(['', ' ', 'a  b', ' a', 'a ', 'a a', 'a\tb', 'a"b', 'a\\b', 'ä', 'a\u0000'])('refuses %j', (text) => {
    expect(parseScope(text)).toBeUndefined();
  });
});
