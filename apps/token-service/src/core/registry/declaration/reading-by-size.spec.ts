import { describe, expect, it } from '@jest/globals';
import type { DeclarationOutcome } from '../../model/declaration.ts';
import { ReadingBySize } from './reading-by-size.ts';

const SUPPORT = {
  credentialKinds: ['client_secret'],
  signingAlgorithms: ['ES256'],
  senderConstraints: ['none'],
} as const;
const ELSEWHERE: DeclarationOutcome = { ok: false, problems: [] };

function read(text: string): Promise<DeclarationOutcome> {
  const reading = new ReadingBySize({ support: SUPPORT, large: { read: () => Promise.resolve(ELSEWHERE) } });
  return reading.read({ name: 'mintmark.yaml', bytes: Buffer.from(text) });
}

describe('a declaration', () => {
  it('is read at once while it is small, and elsewhere when it is large', async () => {
    const small = 'apiVersion: mintmark/v1\n';
    expect(await read(small)).toMatchObject({ ok: true, declaration: { clients: [] } });
    expect(await read(small.padEnd(32 * 1024, '#'))).not.toBe(ELSEWHERE);
    expect(await read(small.padEnd(32 * 1024 + 1, '#'))).toBe(ELSEWHERE);
  });
});
