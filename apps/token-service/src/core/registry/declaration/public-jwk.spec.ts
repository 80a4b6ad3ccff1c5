import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { jwkDefect } from './public-jwk.ts';

type Members = Readonly<Record<string, unknown>>;

const EC: Members = {
  kty: 'EC',
  crv: 'P-256',
  x: 'kQFNp_UXRxYi62H9YdaizUTnbdYoB1NdxRV-__deDV4',
  y: '_FAB-AOH8pd4dh0RoV7u5Cy4637pL_ZHFqVS9I10UYs',
};
/** Self-signed, with the key above. */
const CERTIFICATE =
  'MIIBeTCCAR+gAwIBAgIUY1DRpvyEx3BqH24tee+7g/Yik7UwCgYIKoZIzj0EAwIwETEPMA0GA1UEAwwGb3JkZXJzMCAXDTI2MTEyMzIzMzIxN1oYDzIxMjYxMDMwMjMzMjE3WjARMQ8wDQYDVQQDDAZvcmRlcnMwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASRAU2n9RdHFiLrYf1h1qLNROdt1igHU13FFX7/914NXvxQAfgDh/KXeHYdEaFe7uQsuOt+6S/2RxalUvSNdFGLo1MwUTAdBgNVHQ4EFgQUkLivAdajbY98pjLWNqdawAIdyO8wHwYDVR0jBBgwFoAUkLivAdajbY98pjLWNqdawAIdyO8wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBBj6UEP69WfnW0zsA7uetF57QIpb7k/B4Tse5oR3GIsAIhAMF9Jr5FWLJ+0txN9uhRDZkPN0+WX+sRRgD60cP6sJr+';

const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const RSA_2048 = rsa(2048);

function jwkOf(key: KeyObject): Members {
  return { ...key.export({ format: 'jwk' }) };
}

describe('a registered public key', () => {
  it.each<[string, Members]>([
    ['P-256', EC],
    ['P-521', jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-521' }).publicKey)],
    ['Ed25519', jwkOf(generateKeyPairSync('ed25519').publicKey)],
    ['RSA', jwkOf(RSA_2048.publicKey)],
    [
      'with every common member',
      { ...EC, kid: 'k1', alg: 'ES256', use: 'sig', key_ops: ['verify'], x5c: [CERTIFICATE] },
    ],
  ])('is accepted: %s', (_what, jwk) => {
    expect(jwkDefect(jwk)).toBeUndefined();
  });

  it.each<[string, Members, RegExp]>([
    ['a private EC key', jwkOf(other.privateKey), /private member "d"/],
    ['a private RSA key', jwkOf(RSA_2048.privateKey), /private member "d"/],
    ['one private member alone', { ...jwkOf(RSA_2048.publicKey), qi: 'AQ' }, /private member "qi"/],
    ['a symmetric key', { kty: 'oct', k: 'c2VjcmV0' }, /private member "k"/],
    ['no kty', { crv: 'P-256' }, /kty is none of EC, OKP, RSA/],
    ['an unknown member', { ...EC, secret: 'hunter2' }, /a member that is not one of/],
    ['a member of another type of key', { ...EC, n: 'AQ' }, /a member that is not one of/],
    ['secp256k1', { ...EC, crv: 'secp256k1' }, /crv is none of/],
    ['X25519', jwkOf(generateKeyPairSync('x25519').publicKey), /crv is none of/],
    ['a key for encryption', { ...EC, use: 'enc' }, /use is not "sig"/],
    ['a key to sign with', { ...EC, key_ops: ['sign'] }, /key_ops is not/],
    ['a kid that is a number', { ...EC, kid: 7 }, /kid and alg are text/],
    ['a missing coordinate', { kty: 'EC', crv: 'P-256', x: EC['x'] }, /does not parse/],
    ['a coordinate that is a number', { ...EC, y: 7 }, /does not parse/],
    ['unused bits set in base64url', { ...EC, x: String(EC['x']).replace(/4$/, '5') }, /not canonical base64url/],
    ['padding', { ...EC, x: `${String(EC['x'])}=` }, /not canonical base64url/],
    ['base64 for base64url', { ...EC, y: String(EC['y']).replaceAll('-', '+') }, /not canonical base64url/],
    ['RSA of 1024 bits', jwkOf(rsa(1024).publicKey), /2048 to 8192 bits/],
    ['the certificate of another key', { ...jwkOf(other.publicKey), x5c: [CERTIFICATE] }, /x5c does not begin/],
    ['a certificate that is none', { ...EC, x5c: ['AAAA'] }, /x5c does not begin/],
    ['x5c that is no list', { ...EC, x5c: CERTIFICATE }, /x5c does not begin/],
  ])('is refused: %s', (_what, jwk, defect) => {
    expect(jwkDefect(jwk)).toMatch(defect);
    expect(jwkDefect(jwk)).not.toContain('hunter2');
  });
});
