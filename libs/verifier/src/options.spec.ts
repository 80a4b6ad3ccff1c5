import { describe, expect, it } from '@jest/globals';
import { createTestIssuer } from '@mintmark/testing';
import { createVerifier } from './create-verifier.ts';
import { localKeySet } from './keys/local-key-set.ts';
import { remoteKeySet } from './keys/remote-key-set.ts';
import type { VerifierOptions } from './options.ts';

const { keys, revocations } = createTestIssuer().trust;
const good: VerifierOptions = { issuer: 'https://issuer.test', audience: 'inventory', keys, revocations };

describe('createVerifier', () => {
  it('takes four options', () => {
    const verifier = createVerifier(good);
    expect([verifier.timeScale, verifier.keyState]).toEqual([1, 'fresh']);
    verifier.close();
    verifier.close();
  });

  it.each<[string, Partial<Record<keyof VerifierOptions | 'audiences', unknown>>]>([
    ['no issuer', { issuer: undefined }],
    ['an empty issuer', { issuer: '' }],
    ['an issuer that is no URL', { issuer: 'issuer' }],
    ['an issuer in clear', { issuer: 'http://issuer.test' }],
    ['an issuer with a query', { issuer: 'https://issuer.test/?tenant=1' }],
    ['an issuer with an empty query', { issuer: 'https://issuer.test/?' }],
    ['an issuer with a fragment', { issuer: 'https://issuer.test/#tenant' }],
    ['an issuer with an empty fragment', { issuer: 'https://issuer.test/#' }],
    ['several issuers', { issuer: ['https://issuer.test'] }],
    ['no audience', { audience: undefined }],
    ['an empty audience', { audience: '' }],
    ['several audiences', { audience: ['inventory'] }],
    ['no keys', { keys: undefined }],
    ['keys that are no source', { keys: {} }],
    ['nothing said of revocations', { revocations: undefined }],
    ['revocations that are no source', { revocations: {} }],
    ['revocations, and none', { unsafelyWithoutRevocations: true }],
    ['no revocations, by a word that is none', { revocations: undefined, unsafelyWithoutRevocations: 'yes' }],
    ['no algorithm', { algorithms: [] }],
    ['algorithms that are no list', { algorithms: 'ES256' }],
    ['none', { algorithms: ['none'] }],
    ['HS256', { algorithms: ['ES256', 'HS256'] }],
    ['HS512', { algorithms: ['HS512'] }],
    ['an algorithm in another case', { algorithms: ['es256'] }],
    ['too little leeway', { leewaySeconds: 9 }],
    ['too much leeway', { leewaySeconds: 61 }],
    ['leeway that is no number', { leewaySeconds: NaN }],
    ['leeway as text', { leewaySeconds: '20' }],
    ['a lifetime past the longest', { maxLifetimeSeconds: 901 }],
    ['no lifetime', { maxLifetimeSeconds: 0 }],
    ['time stretched', { timeScale: 0.5 }],
    ['endless time', { timeScale: Infinity }],
    ['a cache without room', { cache: { maxBytes: 10 } }],
    ['a cache without bound', { cache: { maxBytes: Infinity } }],
    ['an option it does not know', { audiences: ['inventory'] }],
  ])('refuses %s', (_, options) => {
    expect(() => createVerifier({ ...good, ...options } as VerifierOptions)).toThrow(TypeError);
  });

  it('goes without revocations where that is said in words', () => {
    const { issuer, audience } = good;
    createVerifier({ issuer, audience, keys, unsafelyWithoutRevocations: true }).close();
    const silent = { issuer, audience, keys } as VerifierOptions;
    expect(() => createVerifier(silent)).toThrow(/unsafelyWithoutRevocations: true/);
  });

  it('takes every asymmetric algorithm, and an issuer in clear on loopback', () => {
    const algorithms = ['ES256', 'EdDSA', 'Ed25519', 'RS256', 'PS256', 'ML-DSA-44'] as const;
    for (const issuer of ['http://127.0.0.1:4000', 'http://localhost:4000', 'http://[::1]:4000', 'https://a.test/b/']) {
      expect(createVerifier({ ...good, issuer, algorithms }).keyState).toBe('fresh');
    }
  });
});

describe('key sources', () => {
  it.each([
    ['no URL', 'jwks.json'],
    ['clear text', 'http://issuer.test/jwks.json'],
    ['clear text that looks like loopback', 'http://127.0.0.1.example/jwks.json'],
    ['clear text on a name that starts like it', 'http://localhost.example/jwks.json'],
    ['credentials', 'https://user:word@issuer.test/jwks.json'],
    ['a file', 'file:///etc/jwks.json'],
    ['a data URL', 'data:application/json,{}'],
  ])('remote: refuses %s', (_, url) => {
    expect(() => remoteKeySet({ url })).toThrow(TypeError);
  });

  it.each([
    ['stale before a refresh', { refreshSeconds: 120 }],
    ['dead before stale', { deadAfterSeconds: 60 }],
    ['never dead', { deadAfterSeconds: Infinity }],
    ['refreshing without pause', { refreshSeconds: 0 }],
    ['not a number', { staleAfterSeconds: NaN }],
  ])('remote: refuses times that contradict each other: %s', (_, times) => {
    expect(() => remoteKeySet({ url: 'https://issuer.test/', ...times })).toThrow(TypeError);
  });

  it('local: refuses what a remote set would be refused for', () => {
    const { jwk } = createTestIssuer().key;
    expect(() => localKeySet({ keys: [] })).toThrow(TypeError);
    expect(() => localKeySet({ keys: [{ ...jwk, d: 'AA' }] })).toThrow(/private/);
    expect(() => localKeySet({ keys: [jwk, jwk] })).toThrow(/twice/);
  });
});
