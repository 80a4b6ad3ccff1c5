import { createHmac, createPublicKey, type KeyObject } from 'node:crypto';
import { encodeBase64url, joinCompact, signBytes } from '@mintmark/jws';
import { attacksOn, by, withHeader, type Make } from '../attack.ts';
import type { Scene } from '../scene.ts';

const row = attacksOn('algorithm');

/** The header changed, the claims good, and whatever signature comes of the signing input. */
function resigned(change: object, signature: (input: string, scene: Scene) => Uint8Array): Make {
  return (scene, { header, claims }) => {
    const input = [{ ...header, ...change }, claims].map((part) => encodeBase64url(JSON.stringify(part))).join('.');
    return joinCompact(input, signature(input, scene));
  };
}

const unsigned = (alg: unknown): Make => resigned({ alg }, () => Buffer.alloc(0));

/** The confusion of RFC 8725 §2.1: a public key taken for the secret of an HMAC. */
function hmac(alg: 'HS256' | 'HS384' | 'HS512', secret: (key: KeyObject, scene: Scene) => string | Buffer): Make {
  const mac = (input: string, scene: Scene) => {
    const publicKey = createPublicKey(scene.keys.rs256.privateKey);
    return createHmac(`sha${alg.slice(2)}`, secret(publicKey, scene))
      .update(input)
      .digest();
  };
  return by('rs256', resigned({ alg }, mac));
}

const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' });

/** A good signature by a trusted key, under a header that names another algorithm. */
function claiming(alg: unknown, key: keyof Scene['keys']): Make {
  return by(
    key,
    withHeader(() => ({ alg })),
  );
}

/** Signed by an algorithm that the key can do, but is not for. */
function misused(alg: 'RS256' | 'PS256', key: 'rs256' | 'ps256'): Make {
  const sign = (input: string, scene: Scene) => signBytes(alg, scene.keys[key].privateKey, Buffer.from(input));
  return by(key, resigned({ alg }, sign));
}

const NONES = ['none', 'None', 'NONE', 'nOnE', 'none ', ' none', 'none\0', 'nоne', 'null', ''];

export const ALGORITHM_ATTACKS = [
  ...NONES.map((alg) => row(`alg ${JSON.stringify(alg)} without a signature`, 'ALG_NOT_ALLOWED', unsigned(alg))),
  row(
    'alg none with the signature kept',
    'ALG_NOT_ALLOWED',
    withHeader(() => ({ alg: 'none' })),
  ),
  row(
    'alg none with a signature of one zero byte',
    'ALG_NOT_ALLOWED',
    resigned({ alg: 'none' }, () => Buffer.alloc(1)),
  ),
  row('alg null', 'ALG_NOT_ALLOWED', unsigned(null)),
  row('alg false', 'ALG_NOT_ALLOWED', unsigned(false)),
  row('alg 0', 'ALG_NOT_ALLOWED', unsigned(0)),
  row(
    'alg as a list',
    'ALG_NOT_ALLOWED',
    withHeader(() => ({ alg: ['ES256'] })),
  ),
  row(
    'alg as an object',
    'ALG_NOT_ALLOWED',
    withHeader(() => ({ alg: { name: 'ES256' } })),
  ),
  row(
    'alg missing',
    'ALG_NOT_ALLOWED',
    withHeader(() => ({ alg: undefined })),
  ),
  row(
    'alg in lower case',
    'ALG_NOT_ALLOWED',
    withHeader(() => ({ alg: 'es256' })),
  ),
  row(
    'alg with a space after it',
    'ALG_NOT_ALLOWED',
    withHeader(() => ({ alg: 'ES256 ' })),
  ),
  row(
    'alg with a NUL after it',
    'ALG_NOT_ALLOWED',
    withHeader(() => ({ alg: 'ES256\0' })),
  ),
  row(
    'alg with a Cyrillic letter',
    'ALG_NOT_ALLOWED',
    withHeader(() => ({ alg: 'ЕS256' })),
  ),
  row(
    'alg of another curve',
    'ALG_NOT_ALLOWED',
    withHeader(() => ({ alg: 'ES384' })),
  ),
  row(
    'alg of a curve nobody asked for',
    'ALG_NOT_ALLOWED',
    withHeader(() => ({ alg: 'ES256K' })),
  ),
  row(
    'alg of a JWE',
    'ALG_NOT_ALLOWED',
    withHeader(() => ({ alg: 'dir' })),
  ),
  row(
    'alg RS1',
    'ALG_NOT_ALLOWED',
    by(
      'rs256',
      withHeader(() => ({ alg: 'RS1' })),
    ),
    by('rs256'),
  ),
  row('HS256 with the public key as PEM', 'ALG_NOT_ALLOWED', hmac('HS256', pem), by('rs256')),
  row(
    'HS256 with the PEM trimmed',
    'ALG_NOT_ALLOWED',
    hmac('HS256', (key) => String(pem(key)).trim()),
    by('rs256'),
  ),
  row(
    'HS256 with the public key as PKCS#1 PEM',
    'ALG_NOT_ALLOWED',
    hmac('HS256', (key) => key.export({ type: 'pkcs1', format: 'pem' })),
    by('rs256'),
  ),
  row(
    'HS256 with the public key as DER',
    'ALG_NOT_ALLOWED',
    hmac('HS256', (key) => key.export({ type: 'spki', format: 'der' })),
    by('rs256'),
  ),
  row(
    'HS256 with the key as a JWK',
    'ALG_NOT_ALLOWED',
    hmac('HS256', (_, scene) => JSON.stringify(scene.keys.rs256.jwk)),
    by('rs256'),
  ),
  row(
    'HS256 with the whole key set',
    'ALG_NOT_ALLOWED',
    hmac('HS256', (_, scene) => JSON.stringify(scene.jwks())),
    by('rs256'),
  ),
  row(
    'HS256 with the kid as secret',
    'ALG_NOT_ALLOWED',
    hmac('HS256', (_, scene) => scene.keys.rs256.kid),
    by('rs256'),
  ),
  row(
    'HS256 with an empty secret',
    'ALG_NOT_ALLOWED',
    hmac('HS256', () => ''),
    by('rs256'),
  ),
  row('HS384 with the public key as PEM', 'ALG_NOT_ALLOWED', hmac('HS384', pem), by('rs256')),
  row('HS512 with the public key as PEM', 'ALG_NOT_ALLOWED', hmac('HS512', pem), by('rs256')),
  row(
    'HS256 over an EC key',
    'ALG_NOT_ALLOWED',
    resigned({ alg: 'HS256' }, (input, scene) => {
      const secret = pem(createPublicKey(scene.keys.es256.privateKey));
      return createHmac('sha256', secret).update(input).digest();
    }),
  ),
  row('RS256 claimed for an EC key', 'ALG_NOT_ALLOWED', claiming('RS256', 'es256')),
  row('ES256 claimed for an RSA key', 'ALG_NOT_ALLOWED', claiming('ES256', 'rs256'), by('rs256')),
  row('PS256 claimed for an RS256 signature', 'ALG_NOT_ALLOWED', claiming('PS256', 'rs256'), by('rs256')),
  row('a PS256 signature by a key that is for RS256', 'ALG_NOT_ALLOWED', misused('PS256', 'rs256'), by('rs256')),
  row('an RS256 signature by a key that is for PS256', 'ALG_NOT_ALLOWED', misused('RS256', 'ps256'), by('ps256')),
  row('EdDSA claimed for an EC key', 'ALG_NOT_ALLOWED', claiming('EdDSA', 'es256')),
  row('Ed25519 claimed for an EdDSA key', 'ALG_NOT_ALLOWED', claiming('Ed25519', 'eddsa'), by('eddsa')),
  row('a trusted key whose algorithm the policy does not allow', 'ALG_NOT_ALLOWED', by('ed25519'), by('eddsa')),
];
