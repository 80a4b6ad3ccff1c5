import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '@mintmark/contract';
import { compactVerify, importJWK } from 'jose';
import { keyFits, signBytes, signerOf, verifyBytes } from './algorithms.ts';
import { signCompact } from './compact.ts';
import { publicJwkOf } from './jwk.ts';
import { generateSigningKeyPair, generateSigningKeyPairSync } from './key-pair.ts';

const pairs = Object.fromEntries(SIGNING_ALGORITHMS.map((name) => [name, generateSigningKeyPairSync(name)]));
const pairOf = (algorithm: SigningAlgorithm) => pairs[algorithm]!;
const message = Buffer.from('what is signed');

describe.each(SIGNING_ALGORITHMS)('%s', (algorithm) => {
  const { privateKey, publicKey } = pairOf(algorithm);

  it('verifies what it signed, and nothing else', () => {
    const signature = signBytes(algorithm, privateKey, message);
    const damaged = Buffer.from(signature);
    damaged[signature.length - 1]! ^= 1;
    expect(verifyBytes(algorithm, publicKey, message, signature)).toBe(true);
    expect(verifyBytes(algorithm, publicKey, message, damaged)).toBe(false);
    expect(verifyBytes(algorithm, publicKey, Buffer.from('something else'), signature)).toBe(false);
    expect(verifyBytes(algorithm, publicKey, message, Buffer.alloc(0))).toBe(false);
    expect(verifyBytes(algorithm, publicKey, message, Buffer.concat([signature, Buffer.alloc(1)]))).toBe(false);
  });

  it('is not verified by another key', async () => {
    const other = await generateSigningKeyPair(algorithm);
    expect(verifyBytes(algorithm, other.publicKey, message, signBytes(algorithm, privateKey, message))).toBe(false);
  });

  it('is accepted by jose', async () => {
    const token = signCompact({ alg: algorithm }, { sub: 'orders' }, privateKey);
    const key = await importJWK({ ...publicJwkOf(publicKey, algorithm) } as never, algorithm);
    await expect(compactVerify(token, key)).resolves.toMatchObject({ protectedHeader: { alg: algorithm } });
  });

  it('signs again and again once the key was found to fit', () => {
    const sign = signerOf(algorithm, privateKey);
    for (const input of ['one', 'two'].map((text) => Buffer.from(text)))
      expect(verifyBytes(algorithm, publicKey, input, sign(input))).toBe(true);
  });

  it('signs only with a private key of its kind', () => {
    const foreign = pairOf(algorithm === 'ES256' ? 'RS256' : 'ES256').privateKey;
    expect(() => signBytes(algorithm, foreign, message)).toThrow(TypeError);
    expect(() => signerOf(algorithm, foreign)).toThrow(TypeError);
    expect(() => signBytes(algorithm, publicKey, message)).toThrow(TypeError);
  });
});

describe('keys that do not fit', () => {
  it.each<[string, SigningAlgorithm, string, object]>([
    ['P-384', 'ES256', 'ec', { namedCurve: 'P-384' }],
    ['secp256k1', 'ES256', 'ec', { namedCurve: 'secp256k1' }],
    ['Ed448', 'EdDSA', 'ed448', {}],
    ['RSA of 1024 bits', 'RS256', 'rsa', { modulusLength: 1024 }],
    ['RSA with exponent 3', 'PS256', 'rsa', { modulusLength: 2048, publicExponent: 3 }],
    ['RSA-PSS restricted', 'PS256', 'rsa-pss', { modulusLength: 2048 }],
  ])('%s for %s', (_, algorithm, type, options) => {
    const generate = generateKeyPairSync as unknown as (type: string, options: object) => typeof pairs.ES256;
    const pair = generate(type, options)!;
    expect(keyFits(algorithm, pair.publicKey)).toBe(false);
    expect(() => signBytes(algorithm, pair.privateKey, message)).toThrow(TypeError);
  });

  it('a PS256 signature is not an RS256 signature', () => {
    const { privateKey, publicKey } = pairOf('RS256');
    expect(verifyBytes('RS256', publicKey, message, signBytes('PS256', privateKey, message))).toBe(false);
    expect(verifyBytes('PS256', publicKey, message, signBytes('RS256', privateKey, message))).toBe(false);
  });
});
