import { describe, expect, it } from '@jest/globals';
import { readCredential } from './read-credential.ts';

describe('readCredential', () => {
  it.each([
    ['Bearer abc.def.ghi', 'Bearer'],
    ['bearer abc.def.ghi', 'Bearer'],
    ['BEARER   abc.def.ghi', 'Bearer'],
    ['DPoP abc.def.ghi', 'DPoP'],
  ])('reads %p', (value, scheme) => {
    expect(readCredential({ authorization: [value] })).toEqual({ ok: true, scheme, token: 'abc.def.ghi' });
  });

  it.each([
    ['nothing', undefined],
    ['no value', []],
    ['an empty value', ['']],
    ['another scheme', ['Basic b3JkZXJzOng=']],
    ['another scheme with parameters', ['Digest username="orders", realm="inventory", nonce="x"']],
    ['a scheme that only begins like ours', ['Bearers a, DPoPs b']],
    ['a token without a scheme', ['abc.def.ghi']],
  ])('finds no token in %s', (_, authorization) => {
    expect(readCredential({ authorization })).toEqual({ ok: false, code: 'TOKEN_MISSING' });
  });

  it.each(['Bearer ', 'Bearer', 'DPoP  ', 'Bearer a b', 'Bearer a.b.c '.concat('tail')])(
    'finds %p malformed',
    (value) => {
      expect(readCredential({ authorization: [value] })).toEqual({ ok: false, code: 'TOKEN_MALFORMED' });
    },
  );

  it.each([
    ['two headers', { authorization: ['Bearer a', 'Bearer b'] }],
    ['the same header twice', { authorization: ['Bearer a', 'Bearer a'] }],
    ['two schemes', { authorization: ['Basic a', 'Bearer b'] }],
    ['a comma list', { authorization: ['Bearer a, Bearer b'] }],
    ['a comma list of tokens', { authorization: ['Bearer a,b'] }],
    ['a comma list of two schemes', { authorization: ['Digest username="orders", bearer a'] }],
    ['a comma list that begins with a token', { authorization: ['DPoP a, Digest username="orders"'] }],
    ['header and query', { authorization: ['Bearer a'], elsewhere: ['a'] }],
    ['twice in the query', { authorization: undefined, elsewhere: ['a', 'b'] }],
  ])('refuses to choose: %s', (_, source) => {
    expect(readCredential(source)).toEqual({ ok: false, code: 'CREDENTIAL_AMBIGUOUS' });
  });

  it('does not use a token from elsewhere', () => {
    expect(readCredential({ authorization: undefined, elsewhere: ['a.b.c'] })).toEqual({
      ok: false,
      code: 'TOKEN_MISSING',
    });
  });
});
