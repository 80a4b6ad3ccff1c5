import { describe, expect, it } from '@jest/globals';
import { verifyBytes } from './algorithms.ts';
import { encodeBase64url } from './base64url.ts';
import { encodeSigningInput, findDots, joinCompact, MAX_TOKEN_LENGTH, parseCompact, signCompact } from './compact.ts';
import { generateSigningKeyPairSync } from './key-pair.ts';

const { privateKey, publicKey } = generateSigningKeyPairSync('ES256');
const header = { alg: 'ES256' as const };
const token = signCompact(header, { sub: 'orders' }, privateKey);
const [head = '', body = '', tail = ''] = token.split('.');

describe('compact JWS', () => {
  it('takes apart what it put together', () => {
    const jws = parseCompact(token)!;
    expect(jws.header).toEqual(header);
    expect(jws.payload).toEqual({ sub: 'orders' });
    expect(verifyBytes('ES256', publicKey, jws.signingInput, jws.signature)).toBe(true);
    expect(`${encodeSigningInput(header, { sub: 'orders' })}`).toBe(`${head}.${body}`);
  });

  it('reads up to the longest token and not one character more', () => {
    const padded = (length: number) =>
      joinCompact(encodeSigningInput({}, { pad: 'x'.repeat(length) }), Buffer.alloc(3));
    expect(padded(6127).length).toBe(MAX_TOKEN_LENGTH);
    expect(parseCompact(padded(6127))).toBeDefined();
    expect(padded(6128).length).toBe(MAX_TOKEN_LENGTH + 1);
    expect(parseCompact(padded(6128))).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['one part', head],
    ['two parts', `${head}.${body}`],
    ['four parts', `${token}.`],
    ['five parts', `${head}.${body}.${tail}.${tail}.${tail}`],
    ['an empty header', `.${body}.${tail}`],
    ['an empty payload', `${head}..${tail}`],
    ['an empty signature', `${head}.${body}.`],
    ['a padded header', `${head}=.${body}.${tail}`],
    ['a space at the end', `${token} `],
    ['a header that is an array', `${encodeBase64url('[]')}.${body}.${tail}`],
    ['a payload that is null', `${head}.${encodeBase64url('null')}.${tail}`],
    ['a payload with duplicates', `${head}.${encodeBase64url('{"a":1,"a":1}')}.${tail}`],
    ['a million dots', '.'.repeat(1_000_000)],
  ])('refuses %s', (_, text) => {
    expect(parseCompact(text)).toBeUndefined();
  });

  it('finds the dots', () => {
    expect(findDots('a.b.c')).toEqual({ first: 1, second: 3, third: -1 });
    expect(findDots('a.b.c.d')).toEqual({ first: 1, second: 3, third: 5 });
    expect(findDots('abc')).toEqual({ first: -1, second: -1, third: -1 });
  });
});
