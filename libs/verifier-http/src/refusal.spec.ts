import { describe, expect, it } from '@jest/globals';
import { VERIFIER_ERRORS, type VerifierErrorCode } from '@mintmark/contract';
import { refusalOf } from './refusal.ts';

const CONTEXT = { requestId: 'r-1', realm: 'inventory' };
const CODES = Object.keys(VERIFIER_ERRORS) as VerifierErrorCode[];

describe('a refusal', () => {
  it.each(CODES)('of %s has the status of the table and tells the public code only', (code) => {
    const { status, body } = refusalOf({ code }, CONTEXT);
    expect(status).toBe(VERIFIER_ERRORS[code].http);
    expect(body).toMatchObject({ code: VERIFIER_ERRORS[code].publicCode, request_id: 'r-1' });
    expect(Object.keys(body)).toEqual(['error', 'code', 'error_description', 'request_id']);
  });

  it('of a missing token is a bare challenge (RFC 6750 §3.1)', () => {
    const { headers, body } = refusalOf({ code: 'TOKEN_MISSING' }, CONTEXT);
    expect(headers['www-authenticate']).toBe('Bearer realm="inventory"');
    expect(body.error).toBe('token_missing');
  });

  it.each<[VerifierErrorCode, RegExp]>([
    ['TOKEN_EXPIRED', /^Bearer realm="inventory", error="invalid_token", error_description="[^"\\]+"$/],
    ['SIGNATURE_INVALID', /^Bearer realm="inventory", error="invalid_token", error_description="[^"\\]+"$/],
    [
      'CREDENTIAL_AMBIGUOUS',
      /^Bearer realm="inventory", error="invalid_request", error_description="Send exactly one[^"\\]+"$/,
    ],
    [
      'SCOPE_INSUFFICIENT',
      /^Bearer realm="inventory", error="insufficient_scope", error_description="[^"\\]+", scope="stock:read stock:reserve"$/,
    ],
  ])('of %s says which error it is', (code, challenge) => {
    const { headers } = refusalOf({ code, scopes: ['stock:read', 'stock:reserve'] }, CONTEXT);
    expect(headers['www-authenticate']).toMatch(challenge);
  });

  it('of a client that is not allowed asks for no scope, which would not help it', () => {
    const { headers } = refusalOf({ code: 'CLIENT_NOT_ALLOWED', scopes: ['stock:read'] }, CONTEXT);
    expect(headers['www-authenticate']).toMatch(/error="insufficient_scope", error_description="[^"\\]+"$/);
  });

  it('for want of keys is no challenge, which would make every client fetch a token', () => {
    const { status, headers } = refusalOf({ code: 'KEYS_UNAVAILABLE', retryAfterSeconds: 1.2 }, CONTEXT);
    expect(status).toBe(503);
    expect(headers).toEqual({ 'cache-control': 'no-store', 'retry-after': '2' });
  });

  it('never invites a retry at once', () => {
    const { headers } = refusalOf({ code: 'KEYS_UNAVAILABLE', retryAfterSeconds: 0 }, CONTEXT);
    expect(headers['retry-after']).toBe('1');
  });
});
