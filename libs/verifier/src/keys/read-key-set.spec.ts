import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newKey } from '@mintmark/testing';
import { MAX_KEYS, readKeySet } from './read-key-set.ts';

const [one, two] = [newKey('ES256'), newKey('Ed25519')];
const read = (value: unknown) => readKeySet(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
const many = (count: number) => Array.from({ length: count }, (_, index) => ({ ...one.jwk, kid: `kid-${index}` }));

describe('reading a key set', () => {
  it('takes all usable keys by kid, and the version', () => {
    const result = read({ keys: [one.jwk, two.jwk], epoch: 1, version: 7, note: 'ignored' });
    if (!result.ok) throw new Error(result.reason);
    expect([...result.set.keys.keys()]).toEqual([one.kid, two.kid]);
    expect(result.set.keys.get(two.kid)).toMatchObject({ algorithm: 'Ed25519', thumbprint: two.kid });
    expect(result.set.version).toEqual({ epoch: 1, version: 7 });
    expect(read({ keys: [one.jwk] })).not.toHaveProperty('set.version');
  });

  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
  const { alg: _, ...nameless } = one.jwk;
  it.each([
    ['of another kind', { kty: 'EC', crv: 'P-521', kid: 'p521', alg: 'ES512', x: 'AA', y: 'AA' }],
    ['of a future kind', { kty: 'NEW', kid: 'new', alg: 'NEW-1', pub: 'AA' }],
    ['too weak', { ...weak, kid: 'weak', alg: 'RS256' }],
    ['with e = 1', { ...newKey('RS256').jwk, e: 'AQ' }],
    ['for encryption', { ...two.jwk, use: 'enc' }],
    ['without alg', { ...nameless, kid: 'nameless' }],
    ['without kid', { ...two.jwk, kid: undefined }],
    ['with a kid that is a number', { ...two.jwk, kid: 7 }],
    ['that is no object', 'key'],
  ])('leaves out a key %s', (_name, jwk) => {
    const result = read({ keys: [jwk, one.jwk] });
    expect(result.ok && [...result.set.keys.keys()]).toEqual([one.kid]);
    expect(read({ keys: [jwk] })).toEqual({ ok: false, reason: 'no usable key' });
  });

  it.each([
    ['empty', { keys: [] }, /no usable key/],
    ['without keys', {}, /no "keys"/],
    ['with keys that are no list', { keys: { 0: one.jwk } }, /no "keys"/],
    ['a list', [one.jwk], /not a JSON object/],
    ['a web page', '<!doctype html><html></html>', /not a JSON object/],
    ['nothing', '', /not a JSON object/],
    ['with a private EC key', { keys: [one.jwk, { ...two.jwk, d: 'AA' }] }, /private member/],
    ['with a symmetric key', { keys: [one.jwk, { kty: 'oct', k: 'AA', kid: 'oct' }] }, /private member/],
    [
      'with a private key that has no kid',
      { keys: [one.jwk, { ...two.jwk, kid: undefined, d: 'AA' }] },
      /private member/,
    ],
    ['with one kid twice', { keys: [one.jwk, { ...two.jwk, kid: one.kid }] }, /occurs twice/],
    ['with the kid of an unusable key twice', { keys: [{ kty: 'NEW', kid: one.kid }, one.jwk] }, /occurs twice/],
    ['with one name twice', `{"keys":[],"keys":[${JSON.stringify(one.jwk)}]}`, /strict JSON/],
    ['with a version that is text', { keys: [one.jwk], epoch: 1, version: '7' }, /whole numbers/],
    ['with a negative version', { keys: [one.jwk], epoch: 1, version: -7 }, /whole numbers/],
    ['with a version and no epoch', { keys: [one.jwk], version: 7 }, /whole numbers/],
    ['with too many keys', { keys: many(MAX_KEYS + 1) }, /more than/],
  ])('refuses a set %s', (_name, value, reason) => {
    expect(read(value)).toEqual({ ok: false, reason: expect.stringMatching(reason) as unknown });
  });

  it('takes as many keys as allowed', () => {
    const result = read({ keys: many(MAX_KEYS) });
    expect(result.ok && result.set.keys.size).toBe(MAX_KEYS);
  });
});
