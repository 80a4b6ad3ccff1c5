import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SIGNING_ALGORITHMS } from '@mintmark/contract';
import { calculateJwkThumbprint } from 'jose';
import { importPublicJwk, jwkThumbprint, publicJwkOf } from './jwk.ts';
import { generateSigningKeyPairSync } from './key-pair.ts';

const ec = generateSigningKeyPairSync('ES256');
const rsa = generateSigningKeyPairSync('RS256');
const ecJwk = publicJwkOf(ec.publicKey, 'ES256');
const rsaJwk = publicJwkOf(rsa.publicKey, 'RS256');

function rsaWith(options: { modulusLength: number; publicExponent?: number }) {
  return { ...generateKeyPairSync('rsa', options).publicKey.export({ format: 'jwk' }), alg: 'RS256' };
}

describe('importing a public JWK', () => {
  it.each(SIGNING_ALGORITHMS)('takes a %s key, with the thumbprint jose computes', async (algorithm) => {
    const { publicKey, privateKey } = generateSigningKeyPairSync(algorithm);
    const jwk = publicJwkOf(privateKey, algorithm);
    const imported = importPublicJwk(JSON.parse(JSON.stringify(jwk)));
    expect(imported).toMatchObject({ ok: true, key: { algorithm, thumbprint: jwk.kid } });
    expect(imported.ok && imported.key.publicKey.equals(publicKey)).toBe(true);
    expect(jwk.kid).toBe(await calculateJwkThumbprint({ ...jwk }));
    expect(jwkThumbprint(jwk)).toBe(jwk.kid);
    expect(Object.keys(jwk)).not.toEqual(expect.arrayContaining(['d']));
  });

  it('computes the thumbprint of RFC 7638 §3.1', () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs' +
      'tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn' +
      '1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    const jwk = { kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' };
    expect(jwkThumbprint(jwk)).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });

  const { kty, x, y } = ecJwk as unknown as Record<string, string>;
  const point = { kty, crv: 'P-256', x, y, alg: 'ES256' };
  it.each([
    ['a private EC key', 'private', { ...ec.privateKey.export({ format: 'jwk' }), alg: 'ES256' }],
    ['a private RSA key', 'private', { ...rsa.privateKey.export({ format: 'jwk' }), alg: 'RS256' }],
    ['an empty private member', 'private', { ...ecJwk, d: '' }],
    ['a single RSA prime', 'private', { ...rsaJwk, p: 'AQAB' }],
    ['other RSA primes', 'private', { ...rsaJwk, oth: [] }],
    ['a symmetric key', 'private', { ...createSecretKey(Buffer.alloc(32)).export({ format: 'jwk' }), alg: 'HS256' }],
    ['an AKP seed', 'private', { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AA', priv: 'AA' }],
    ['no alg', 'unsupported', { ...ecJwk, alg: undefined }],
    ['alg none', 'unsupported', { ...ecJwk, alg: 'none' }],
    ['alg HS256', 'unsupported', { ...ecJwk, alg: 'HS256' }],
    ['an alg of another type', 'unsupported', { ...ecJwk, alg: ['ES256'] }],
    ['an alg that is not for its kind', 'unsupported', { ...ecJwk, alg: 'RS256' }],
    ['another curve', 'unsupported', { ...ecJwk, crv: 'P-384' }],
    ['a curve where none belongs', 'unsupported', { ...rsaJwk, crv: 'P-256' }],
    ['use enc', 'unsupported', { ...ecJwk, use: 'enc' }],
    ['key_ops without verify', 'unsupported', { ...ecJwk, key_ops: ['encrypt'] }],
    ['key_ops that is not a list', 'unsupported', { ...ecJwk, key_ops: 'verify' }],
    ['RSA of 1024 bits', 'weak', rsaWith({ modulusLength: 1024 })],
    ['RSA with e = 3', 'weak', rsaWith({ modulusLength: 2048, publicExponent: 3 })],
    ['RSA with e = 1', 'weak', { ...rsaJwk, e: 'AQ' }],
    ['RSA with an even e', 'weak', { ...rsaJwk, e: 'AQAC' }],
    ['RSA with an e of 32 bits', 'weak', { ...rsaJwk, e: 'gAAAAQ' }],
    ['RSA with an e as long as its modulus', 'weak', { ...rsaJwk, e: Buffer.alloc(256, 0x7f).toString('base64url') }],
    ['RSA of 16384 bits', 'malformed', { ...rsaJwk, n: Buffer.alloc(2048, 0xff).toString('base64url') }],
    ['an empty modulus', 'malformed', { ...rsaJwk, n: '' }],
    ['a modulus with a leading zero', 'malformed', { ...rsaJwk, n: `AA${rsaJwk['n'] as string}` }],
    ['e that is a number', 'malformed', { ...rsaJwk, e: 65537 }],
    ['a point off the curve', 'malformed', { ...point, y: Buffer.alloc(32, 7).toString('base64url') }],
    ['the point at infinity', 'malformed', { ...point, x: 'A'.repeat(43), y: 'A'.repeat(43) }],
    ['a short coordinate', 'malformed', { ...point, x: Buffer.alloc(31, 1).toString('base64url') }],
    ['a padded coordinate', 'malformed', { ...point, x: `${x}=` }],
    ['a missing coordinate', 'malformed', { ...point, y: undefined }],
    ['an array', 'malformed', [ecJwk]],
    ['null', 'malformed', null],
    ['text', 'malformed', 'key'],
  ])('refuses %s as %s', (_, defect, jwk) => {
    expect(importPublicJwk(jwk)).toEqual({ ok: false, defect });
  });

  it('takes the largest e there is in use', () => {
    expect(importPublicJwk({ ...rsaJwk, e: 'f____w' })).toMatchObject({ ok: true });
  });

  it('ignores members it does not know', () => {
    const extra = { ...ecJwk, x5u: 'https://attacker.example/', ext: true, key_ops: ['verify'] };
    expect(importPublicJwk(extra)).toMatchObject({ ok: true, key: { thumbprint: ecJwk.kid } });
  });

  it('does not export a key under an algorithm it does not fit', () => {
    expect(() => publicJwkOf(ec.publicKey, 'RS256')).toThrow(TypeError);
    expect(jwkThumbprint({ kty: 'oct', k: 'AA' })).toBeUndefined();
  });
});
