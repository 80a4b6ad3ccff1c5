import { deflateRawSync } from 'node:zlib';
import { createPublicKey } from 'node:crypto';
import { encodeBase64url } from '@mintmark/jws';
import { CompactEncrypt } from 'jose';
import { attacksOn, LIBRARY_ONLY, signed, spoilt, type Make } from '../attack.ts';

const row = attacksOn('structure');
/** Past what servers read of a header, or with a comma, which there means two credentials. */
const rawRow = attacksOn('structure', LIBRARY_ONLY);

/** Encrypted to the public key of the issuer: anybody can make it (RFC 8725 §2.5). */
function encrypted(content: 'claims' | 'token'): Make {
  return async (scene, good) => {
    const plaintext = content === 'token' ? (signed(scene, good) as string) : JSON.stringify(good.claims);
    const key = createPublicKey(scene.keys.rs256.privateKey);
    const { kid } = scene.keys.rs256;
    const header = { alg: 'RSA-OAEP-256', enc: 'A256GCM', typ: 'at+jwt', cty: 'JWT', kid };
    return new CompactEncrypt(Buffer.from(plaintext)).setProtectedHeader(header).encrypt(key);
  };
}

/** A JWE by its header alone: what a decrypting verifier does before it can notice. */
function jwe(header: object, ciphertext: Buffer): Make {
  return () => [JSON.stringify(header), 'key', 'iv', ciphertext, 'tag'].map((part) => encodeBase64url(part)).join('.');
}

const bomb = deflateRawSync(Buffer.alloc(4 << 20)).subarray(0, 5_000);

const padded =
  (characters: number): Make =>
  (scene, { claims, header, key }) => {
    const base = scene.sign({ claims: { ...claims, pad: '' }, header, key }).length;
    const pad = 'x'.repeat(Math.ceil(((characters - base) * 3) / 4));
    return scene.sign({ claims: { ...claims, pad }, header, key });
  };

const nested =
  (levels: number): Make =>
  (scene, { claims, header, key }) => {
    const text = JSON.stringify({ ...claims, deep: 0 }).replace(':0}', `:${'['.repeat(levels)}${']'.repeat(levels)}}`);
    return scene.sign({ claims: text, header, key });
  };

export const STRUCTURE_ATTACKS = [
  row('a JWE of five parts', 'TOKEN_MALFORMED', encrypted('claims')),
  row('a JWE around a good token', 'TOKEN_MALFORMED', encrypted('token')),
  row('a JWE with a zip bomb', 'TOKEN_MALFORMED', jwe({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' }, bomb)),
  row(
    'a JWE with two thousand million PBKDF2 rounds',
    'TOKEN_MALFORMED',
    jwe({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', p2c: 2 ** 31 - 1, p2s: 'AAAA' }, Buffer.alloc(16)),
  ),
  row(
    'four parts',
    'TOKEN_MALFORMED',
    spoilt((token) => `${token}.AAAA`),
  ),
  row(
    'an empty fourth part',
    'TOKEN_MALFORMED',
    spoilt((token) => `${token}.`),
  ),
  row(
    'five parts, the first three good',
    'TOKEN_MALFORMED',
    spoilt((token) => `${token}.AAAA.AAAA`),
  ),
  row(
    'two parts',
    'TOKEN_MALFORMED',
    spoilt((_, [header, payload]) => `${header}.${payload}`),
  ),
  row(
    'one part',
    'TOKEN_MALFORMED',
    spoilt((_, [header]) => header),
  ),
  row(
    'no header',
    'TOKEN_MALFORMED',
    spoilt((_, [, payload, signature]) => `.${payload}.${signature}`),
  ),
  row(
    'no payload',
    'TOKEN_MALFORMED',
    spoilt((_, [header, , signature]) => `${header}..${signature}`),
  ),
  row(
    'a dot before it',
    'TOKEN_MALFORMED',
    spoilt((token) => `.${token}`),
  ),
  row(
    'two dots',
    'TOKEN_MALFORMED',
    spoilt(() => '..'),
  ),
  row(
    'dots to the limit',
    'TOKEN_MALFORMED',
    spoilt(() => '.'.repeat(8_000)),
  ),
  row(
    'dots past the limit',
    'TOKEN_TOO_LARGE',
    spoilt(() => '.'.repeat(9_000)),
  ),
  row(
    'sixty thousand dots',
    'TOKEN_TOO_LARGE',
    spoilt(() => '.'.repeat(60_000)),
  ),
  {
    ...row(
      'a million dots',
      'TOKEN_TOO_LARGE',
      spoilt(() => '.'.repeat(1_000_000)),
    ),
    // More than HTTP/2 of Node takes in one header field, however large the block may be.
    barred: { grpc: 'HTTP/2 error 9' },
  },
  row(
    'a good token twice',
    'TOKEN_MALFORMED',
    spoilt((token) => `${token}.${token}`),
  ),
  rawRow(
    'flattened JSON serialisation',
    'TOKEN_MALFORMED',
    spoilt((_, [header, payload, signature]) => JSON.stringify({ protected: header, payload, signature })),
  ),
  rawRow(
    'general JSON serialisation',
    'TOKEN_MALFORMED',
    spoilt((_, [header, payload, signature]) =>
      JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
    ),
  ),
  row('a good token past 8 KiB', 'TOKEN_TOO_LARGE', padded(8_193)),
  row('nine levels of JSON', 'TOKEN_MALFORMED', nested(8), nested(7)),
  row('two thousand brackets', 'TOKEN_MALFORMED', nested(2_000), nested(1)),
  rawRow('ten thousand brackets', 'TOKEN_TOO_LARGE', nested(10_000), nested(1)),
];
