import { describe, expect, it } from '@jest/globals';
import { ISSUER, NOW, testKey, type Change } from '../../test/test-token.ts';
import { styleFor } from '../output/style.ts';
import { examine, type Given } from './examine.ts';
import { formatExamination } from './format-examination.ts';
import { verifyToken } from './verify-token.ts';

const key = testKey();
const clock = { now: () => NOW * 1000 };
const given: Given = { issuer: ISSUER, audience: 'inventory', keys: key.jwks, clock, timeScale: 1 };
const good = key.token();
const parts = good.split('.');

const defects: [string, string, string][] = [
  ['nothing but dots', '..', 'TOKEN_MALFORMED'],
  ['two parts', parts.slice(0, 2).join('.'), 'TOKEN_MALFORMED'],
  ['four parts', `${good}.x`, 'TOKEN_MALFORMED'],
  ['padding', `${good}=`, 'TOKEN_MALFORMED'],
  ['a header that is no JSON', ['e30x', ...parts.slice(1)].join('.'), 'TOKEN_MALFORMED'],
  ['too large', `${good}${'A'.repeat(9000)}`, 'TOKEN_TOO_LARGE'],
  ['a header with a key in it', tokenWith({ header: { jwk: {} } }), 'HEADER_FORBIDDEN'],
  ['another typ', tokenWith({ header: { typ: 'JWT' } }), 'TYP_MISMATCH'],
  ['no algorithm', tokenWith({ header: { alg: 'none' } }), 'ALG_NOT_ALLOWED'],
  ['a symmetric algorithm', tokenWith({ header: { alg: 'HS256' } }), 'ALG_NOT_ALLOWED'],
  ['a kid that is a path', tokenWith({ header: { kid: '../key' } }), 'HEADER_FORBIDDEN'],
  ['an unknown key', testKey().token(), 'KEY_UNKNOWN'],
  ['the signature of another key', tokenWith({ header: { kid: key.kid } }, testKey()), 'SIGNATURE_INVALID'],
  ['another issuer', tokenWith({ claims: { iss: 'https://evil.example' } }), 'ISS_MISMATCH'],
  ['another audience', tokenWith({ claims: { aud: 'billing' } }), 'AUD_MISMATCH'],
  ['two audiences', tokenWith({ claims: { aud: ['inventory', 'billing'] } }), 'CLAIM_INVALID'],
  ['no client', tokenWith({ claims: { client_id: undefined } }), 'CLAIM_INVALID'],
  ['scopes with two spaces', tokenWith({ claims: { scope: 'a  b' } }), 'CLAIM_INVALID'],
  ['a fraction of a second', tokenWith({ claims: { exp: NOW + 1.5 } }), 'CLAIM_INVALID'],
  ['an end in words', tokenWith({ claims: { exp: 'never' } }), 'CLAIM_INVALID'],
  ['its end behind it', tokenWith({ claims: { exp: NOW - 21 } }), 'TOKEN_EXPIRED'],
  ['a start ahead', tokenWith({ claims: { iat: NOW + 30 } }), 'NOT_YET_VALID'],
  ['a nbf ahead', tokenWith({ claims: { nbf: NOW + 30 } }), 'NOT_YET_VALID'],
  ['too long a life', tokenWith({ claims: { exp: NOW + 900 } }), 'LIFETIME_EXCEEDED'],
];

function tokenWith(change: Change, by = key): string {
  return by.token(change);
}

describe('examine', () => {
  it('passes every check of a good token, and says that nobody was asked whether it is revoked', async () => {
    const { checks, verdict } = await examine(good, given);
    expect(checks.filter(({ outcome }) => outcome !== 'passed')).toEqual([
      expect.objectContaining({ name: 'not revoked', outcome: 'not checked' }),
    ]);
    expect(verdict).toBe('accepted');
  });

  it.each(defects)('finds what the verifier finds in a token with %s', async (_, token, code) => {
    const { checks, verdict, code: found } = await examine(token, given);
    expect(await verifyToken(token, { ...given, issuer: ISSUER, audience: 'inventory', keys: key.jwks })).toEqual({
      ok: false,
      code,
    });
    expect({ verdict, found }).toEqual({ verdict: 'refused', found: code });
    expect(checks.filter(({ outcome }) => outcome === 'failed').map(({ code: each }) => each)).toContain(code);
  });

  it('finds most of it without any keys', async () => {
    const needsKeys = ['KEY_UNKNOWN', 'SIGNATURE_INVALID'];
    for (const [, token, code] of defects.filter(([, , each]) => !needsKeys.includes(each))) {
      const examination = await examine(token, { ...given, keys: undefined });
      expect([examination.verdict, examination.code]).toEqual(['refused', code]);
    }
  });

  it('does not call a token good whose signature it has not checked', async () => {
    const { checks, verdict } = await examine(good, { ...given, keys: undefined });
    expect(verdict).toBe('undecided');
    expect(checks.find(({ name }) => name === 'signature')).toMatchObject({ outcome: 'not checked' });
  });

  it('believes the verifier where that is stricter', async () => {
    const twice = `{"alg":"ES256","alg":"ES256","kid":"${key.kid}","typ":"at+jwt"}`;
    const token = [Buffer.from(twice).toString('base64url'), ...parts.slice(1)].join('.');
    const { checks, verdict, code } = await examine(token, given);
    expect([verdict, code]).toEqual(['refused', 'TOKEN_MALFORMED']);
    expect(checks.at(-1)).toMatchObject({ name: 'strict reading', outcome: 'failed' });
  });

  it('compares with nothing where nothing was given, and says so', async () => {
    const { checks } = await examine(good, { keys: key.jwks, clock, timeScale: 1 });
    const unchecked = checks.filter(({ outcome }) => outcome === 'not checked').map(({ name }) => name);
    expect(unchecked).toEqual(['issuer', 'audience', 'not revoked']);
  });
});

describe('formatExamination', () => {
  const plain = styleFor({ write: () => undefined }, {});

  it('marks each check, and shows no signature', async () => {
    for (const token of [good, ...defects.map(([, each]) => each)]) {
      const text = formatExamination(await examine(token, given), plain);
      const signature = token.split('.')[2] ?? '';
      if (signature.length > 20) expect(text).not.toContain(signature.slice(0, 20));
    }
    const text = formatExamination(await examine(key.token({ claims: { exp: NOW - 30 } }), given), plain);
    expect(text).toContain('✓ signature');
    expect(text).toMatch(/✗ not expired +30 s ago; allowed: not past exp \(TOKEN_EXPIRED\)/);
    expect(text).toContain('verdict  refused: TOKEN_EXPIRED');
  });

  it('lets claims not steer the terminal', async () => {
    const text = formatExamination(await examine(key.token({ claims: { sub: '\u001b[2J' } }), given), plain);
    expect(text).not.toContain('\u001b');
  });
});
