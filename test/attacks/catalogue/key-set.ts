import { createHash, createSecretKey, generateKeyPairSync, sign } from 'node:crypto';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { VerifierErrorCode } from '@mintmark/contract';
import { encodeBase64url, joinCompact, jwkThumbprint } from '@mintmark/jws';
import { newKey } from '@mintmark/testing';
import type { Answer, KeySetAttack } from '../attack.ts';
import type { Scene } from '../scene.ts';

type Jwks = { readonly keys: readonly object[] };

function row(name: string, code: VerifierErrorCode, stage: KeySetAttack['stage']): KeySetAttack {
  return { kind: 'key-set', theme: 'key-set', name, code, stage };
}

const json = (value: object): Answer => ({ body: JSON.stringify(value) });

/** The good set answered in a bad way, so that nothing of it may be used. */
function answered(name: string, spoil: (jwks: Jwks, scene: Scene) => Answer): KeySetAttack {
  return row(name, 'KEYS_UNAVAILABLE', (scene, repaired) => ({
    token: scene.sign({}),
    answer: repaired ? json(scene.jwks()) : spoil(scene.jwks(), scene),
  }));
}

const added = (name: string, key: (scene: Scene) => object) =>
  answered(name, (jwks, scene) => json({ keys: [...jwks.keys, key(scene)] }));

/** One key spoilt among good ones: it alone is left out. */
function spoilt(name: string, spoil: (jwk: Record<string, unknown>) => object): KeySetAttack {
  return row(name, 'KEY_UNKNOWN', (scene, repaired) => {
    const key = newKey('ES256');
    const jwk = repaired ? key.jwk : { ...spoil({ ...key.jwk }), kid: key.kid };
    return { token: scene.sign({ key }), answer: json({ keys: [...scene.jwks().keys, jwk] }) };
  });
}

/** An RSA key that is too weak; the repair is a sound one, and the token signed with it. */
function weakRsa(name: string, options: { modulusLength: number; publicExponent?: number }): KeySetAttack {
  return row(name, 'KEY_UNKNOWN', (scene, repaired) => {
    const pair = generateKeyPairSync('rsa', repaired ? { modulusLength: 2048 } : options);
    const jwk = { ...pair.publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' };
    const kid = jwkThumbprint(jwk)!;
    const input = signingInput(scene, kid);
    const signature = sign('sha256', Buffer.from(input), pair.privateKey);
    return { token: joinCompact(input, signature), answer: json({ keys: [...scene.jwks().keys, { ...jwk, kid }] }) };
  });
}

function signingInput(scene: Scene, kid: string): string {
  const header = { alg: 'RS256', kid, typ: 'at+jwt' };
  return [header, scene.claims()].map((part) => encodeBase64url(JSON.stringify(part))).join('.');
}

/** With e = 1 a signature is the padded digest itself: anybody can write it down (RFC 8017 §9.2). */
const exponentOne = row('RSA with e = 1', 'KEY_UNKNOWN', (scene, repaired) => {
  const { jwk, kid } = scene.keys.rs256;
  const weak = { ...jwk, e: 'AQ' };
  const chosen = repaired ? kid : jwkThumbprint(weak)!;
  const input = signingInput(scene, chosen);
  const bytes = Buffer.from(input);
  const signature = repaired ? sign('sha256', bytes, scene.keys.rs256.privateKey) : paddedDigest(input);
  return {
    token: joinCompact(input, signature),
    answer: json({ keys: [...scene.jwks().keys, { ...weak, kid: jwkThumbprint(weak) }] }),
  };
});

function paddedDigest(input: string): Buffer {
  const info = Buffer.from('3031300d060960864801650304020105000420', 'hex');
  const digest = Buffer.concat([info, createHash('sha256').update(input).digest()]);
  return Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(256 - 3 - digest.length, 0xff), Buffer.from([0]), digest]);
}

/** Without an end of their own: time alone ends them. */
function spoken(name: string, start: string, more = ''): KeySetAttack {
  const speak = (socket: Socket) => {
    socket.write(start);
    const timer = setInterval(() => socket.write(more), 20);
    socket.once('close', () => clearInterval(timer));
  };
  return answered(name, () => ({ speak }));
}

const OK = 'HTTP/1.1 200 OK\r\n';

export const KEY_SET_ATTACKS = [
  ...[301, 302, 303, 307, 308].map((status) =>
    answered(`a redirect (${status}) to the good set`, () => ({ status, headers: { location: '/good' } })),
  ),
  ...[203, 206, 404, 500, 503].map((status) =>
    answered(`the good set with status ${status}`, (jwks) => ({ ...json(jwks), status })),
  ),
  spoken('another protocol (101)', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'),
  spoken('interim answers without end (102)', '', 'HTTP/1.1 102 Processing\r\n\r\n'),
  spoken('headers without end', OK, 'x-more: 1\r\n'),
  spoken('a body without end', `${OK}\r\n{`, ' '),
  answered('status 304 without having asked', () => ({ status: 304 })),
  answered('a web page', () => ({ body: '<!doctype html><html><body>Sign in</body></html>' })),
  answered('nothing', () => ({ body: '' })),
  answered('null', () => ({ body: 'null' })),
  answered('a list', (jwks) => json(jwks.keys)),
  answered('no keys', () => json({ keys: [] })),
  answered('keys that are no list', (jwks) => json({ keys: { ...jwks.keys } })),
  answered('cut short', (jwks) => ({ body: JSON.stringify(jwks).slice(0, -2) })),
  answered('a byte order mark', (jwks) => ({ body: `\ufeff${JSON.stringify(jwks)}` })),
  answered('keys twice', (jwks) => ({ body: JSON.stringify(jwks).replace('{', '{"keys":[],') })),
  answered('a name twice within a key', (jwks) => ({
    body: JSON.stringify(jwks).replace('"kty":"EC"', '"kty":"EC","kty":"EC"'),
  })),
  answered('compressed', (jwks) => ({ body: gzipSync(JSON.stringify(jwks)), headers: { 'content-encoding': 'gzip' } })),
  answered('past 256 KiB', (jwks) => ({ body: JSON.stringify(jwks) + ' '.repeat(256 * 1024) })),
  answered('thirty-three keys', (jwks, { stranger }) =>
    json({ keys: [...jwks.keys, ...Array.from({ length: 33 }, (_, index) => ({ ...stranger.jwk, kid: `${index}` }))] }),
  ),
  answered('a date of freshness that is none', (jwks) => ({
    ...json(jwks),
    headers: { 'mintmark-as-of': 'yesterday' },
  })),
  answered('a version that is text', (jwks) => json({ ...jwks, epoch: 1, version: '1' })),
  answered('a version without an epoch', (jwks) => json({ ...jwks, version: 1 })),
  added('a private EC key', ({ stranger }) => ({
    ...stranger.privateKey.export({ format: 'jwk' }),
    alg: 'ES256',
    kid: stranger.kid,
  })),
  added('a private RSA key', ({ keys }) => ({
    ...keys.rs256.privateKey.export({ format: 'jwk' }),
    alg: 'RS256',
    kid: 'private',
  })),
  added('one member of a private key', ({ stranger }) => ({ ...stranger.jwk, d: 'AA' })),
  added('a symmetric key', () => ({
    ...createSecretKey(Buffer.alloc(32)).export({ format: 'jwk' }),
    alg: 'HS256',
    kid: 'oct',
  })),
  added('a kid twice with another key', ({ stranger, keys }) => ({ ...stranger.jwk, kid: keys.es256.kid })),
  added('a kid twice with the same key', ({ keys }) => ({ ...keys.es256.jwk })),
  weakRsa('RSA of 1024 bits', { modulusLength: 1024 }),
  weakRsa('RSA with e = 3', { modulusLength: 2048, publicExponent: 3 }),
  exponentOne,
  spoilt('a key without alg', ({ alg: _, ...jwk }) => jwk),
  spoilt('a key for another algorithm', (jwk) => ({ ...jwk, alg: 'ES384' })),
  spoilt('a key with alg HS256', (jwk) => ({ ...jwk, alg: 'HS256' })),
  spoilt('a key for encryption', (jwk) => ({ ...jwk, use: 'enc' })),
  spoilt('a key whose operations leave verifying out', (jwk) => ({ ...jwk, key_ops: ['sign'] })),
  spoilt('a key off its curve', (jwk) => ({ ...jwk, y: jwk['x'] })),
  spoilt('a key with a padded coordinate', (jwk) => ({ ...jwk, x: `${String(jwk['x'])}=` })),
];
