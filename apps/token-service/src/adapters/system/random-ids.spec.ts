import { describe, expect, it } from '@jest/globals';
import { randomIds } from './random-ids.ts';

describe('randomIds', () => {
  it('gives 128 bits each time and never the same twice, past the end of its pool', () => {
    const ids = Array.from({ length: 2_000 }, () => randomIds.next());
    expect(new Set(ids).size).toBe(2_000);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });
});
