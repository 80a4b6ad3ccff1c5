import { describe, expect, it } from '@jest/globals';
import { receivedCredential } from './received-credential.ts';

const HEADER = ['Host', 'inventory', 'Authorization', 'Bearer one'];

describe('the credential of a request', () => {
  it('is the bearer token of the one Authorization header, in any case', () => {
    expect(receivedCredential({ rawHeaders: HEADER, url: '/stock' })).toMatchObject({ ok: true, token: 'one' });
    expect(receivedCredential({ rawHeaders: ['AUTHORIZATION', 'bearer one'] })).toMatchObject({ ok: true });
  });

  it.each<[string, readonly string[], string]>([
    ['no header', ['Host', 'inventory'], '/stock'],
    ['another scheme', ['Authorization', 'Basic b3JkZXJzOng='], '/stock'],
    ['a token in the URL alone, which is never taken', [], '/stock?access_token=one'],
    ['a header value that only mentions it', ['X-Note', 'authorization', 'Accept', 'Bearer one'], '/stock'],
  ])('is missing with %s', (_name, rawHeaders, url) => {
    expect(receivedCredential({ rawHeaders, url })).toMatchObject({ ok: false, code: 'TOKEN_MISSING' });
  });

  it.each<[string, readonly string[], string]>([
    ['two Authorization headers', [...HEADER, 'authorization', 'Bearer two'], '/stock'],
    ['the same one twice', [...HEADER, 'Authorization', 'Bearer one'], '/stock'],
    ['a comma list', ['Authorization', 'Bearer one, Bearer two'], '/stock'],
    ['a header and a query parameter', HEADER, '/stock?a=1&access_token=two'],
    ['a header and an escaped query parameter', HEADER, '/stock?access%5Ftoken=two'],
    ['two query parameters', [], '/stock?access_token=one&access_token=two'],
  ])('is ambiguous with %s', (_name, rawHeaders, url) => {
    expect(receivedCredential({ rawHeaders, url })).toMatchObject({ ok: false, code: 'CREDENTIAL_AMBIGUOUS' });
  });

  it('is malformed where the scheme has no token', () => {
    expect(receivedCredential({ rawHeaders: ['Authorization', 'Bearer'] })).toMatchObject({ code: 'TOKEN_MALFORMED' });
  });
});
