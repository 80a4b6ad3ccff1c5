import { constants, sign } from 'node:crypto';
import { ecdsaJoseToDer, encodeBase64url, joinCompact, signBytes } from '@mintmark/jws';
import { attacksOn, by, signed, spoilt, type Make } from '../attack.ts';
import type { Scene } from '../scene.ts';

const row = attacksOn('signature');

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** Order of the Ed25519 group (RFC 8032 §5.1): S + L passes where S < L is not asked. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

const scalar = (value: bigint, bytes = 32) => Buffer.from(value.toString(16).padStart(2 * bytes, '0'), 'hex');

/** The signature replaced, the rest kept. */
function replaced(change: (signature: Buffer) => Buffer): Make {
  return spoilt((_, [header, payload, signature]) =>
    joinCompact(`${header}.${payload}`, change(Buffer.from(signature, 'base64url'))),
  );
}

const pair = (r: bigint, s: bigint) => replaced(() => Buffer.concat([scalar(r), scalar(s)]));
const half = (signature: Buffer, which: 0 | 1) => signature.subarray(which * 32, which * 32 + 32);

/** A good token signed again, with another salt or padding than the algorithm says. */
function rsa(options: { readonly padding: number; readonly saltLength?: number }, key: 'rs256' | 'ps256'): Make {
  return by(key, (scene: Scene, good) => {
    const [header, payload] = (signed(scene, good) as string).split('.');
    const input = `${header}.${payload}`;
    const signature = sign('sha256', Buffer.from(input), { key: scene.keys[key].privateKey, ...options });
    return joinCompact(input, signature);
  });
}

function addOrder(signature: Buffer): Buffer {
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + L;
  return Buffer.concat([signature.subarray(0, 32), scalar(s).reverse()]);
}

const flipped = (at: number) =>
  replaced((signature) => {
    signature[at < 0 ? signature.length + at : at]! ^= 1;
    return signature;
  });

export const SIGNATURE_ATTACKS = [
  row(
    'none at all',
    'SIGNATURE_INVALID',
    replaced(() => Buffer.alloc(0)),
  ),
  row(
    'one zero byte',
    'SIGNATURE_INVALID',
    replaced(() => Buffer.alloc(1)),
  ),
  row('r = s = 0', 'SIGNATURE_INVALID', pair(0n, 0n)),
  row('r = 0', 'SIGNATURE_INVALID', pair(0n, 1n)),
  row('s = 0', 'SIGNATURE_INVALID', pair(1n, 0n)),
  row('r = s = 1', 'SIGNATURE_INVALID', pair(1n, 1n)),
  row('r = n', 'SIGNATURE_INVALID', pair(ORDER, 1n)),
  row('s = n', 'SIGNATURE_INVALID', pair(1n, ORDER)),
  row('r = s = n', 'SIGNATURE_INVALID', pair(ORDER, ORDER)),
  row('r = n − 1, s = 1', 'SIGNATURE_INVALID', pair(ORDER - 1n, 1n)),
  row('r = s = 2^256 − 1', 'SIGNATURE_INVALID', pair((1n << 256n) - 1n, (1n << 256n) - 1n)),
  row(
    'r and s swapped',
    'SIGNATURE_INVALID',
    replaced((both) => Buffer.concat([half(both, 1), half(both, 0)])),
  ),
  row(
    'DER in place of r‖s',
    'SIGNATURE_INVALID',
    replaced((both) => ecdsaJoseToDer(both)!),
  ),
  row(
    'r‖s padded to 66 bytes',
    'SIGNATURE_INVALID',
    replaced((both) => Buffer.concat([Buffer.alloc(1), half(both, 0), Buffer.alloc(1), half(both, 1)])),
  ),
  row(
    'a byte after it',
    'SIGNATURE_INVALID',
    replaced((both) => Buffer.concat([both, Buffer.alloc(1)])),
  ),
  row(
    'a byte before it',
    'SIGNATURE_INVALID',
    replaced((both) => Buffer.concat([Buffer.alloc(1), both])),
  ),
  row(
    'one byte short',
    'SIGNATURE_INVALID',
    replaced((both) => both.subarray(0, 63)),
  ),
  row(
    'twice',
    'SIGNATURE_INVALID',
    replaced((both) => Buffer.concat([both, both])),
  ),
  row(
    'as hexadecimal',
    'SIGNATURE_INVALID',
    replaced((both) => Buffer.from(both.toString('hex'))),
  ),
  row('first bit flipped', 'SIGNATURE_INVALID', flipped(0)),
  row('last bit flipped', 'SIGNATURE_INVALID', flipped(-1)),
  row('of another good token', 'SIGNATURE_INVALID', (scene, good) => {
    const [header, payload] = (signed(scene, good) as string).split('.');
    const other = (signed(scene, { ...good, claims: scene.claims() }) as string).split('.')[2];
    return `${header}.${payload}.${other}`;
  }),
  row('by the attacker under a trusted kid', 'SIGNATURE_INVALID', (scene, { claims, header }) =>
    scene.sign({ claims, header, key: scene.stranger }),
  ),
  row(
    'over the payload alone',
    'SIGNATURE_INVALID',
    spoiltOver(([, payload]) => payload),
  ),
  row(
    'over header and payload without the dot',
    'SIGNATURE_INVALID',
    spoiltOver(([header, payload]) => header + payload),
  ),
  row(
    'over the decoded payload',
    'SIGNATURE_INVALID',
    spoiltOver(([header, payload]) => `${header}.${Buffer.from(payload, 'base64url').toString()}`),
  ),
  row('kept, while the scope was raised', 'SIGNATURE_INVALID', tampered({ scope: 'stock:read admin' })),
  row('kept, while the expiry was moved', 'SIGNATURE_INVALID', tampered({ exp: 4_102_444_800 })),
  row('kept, while the client was changed', 'SIGNATURE_INVALID', tampered({ client_id: 'root', sub: 'root' })),
  row(
    'kept, while the payload was written anew',
    'SIGNATURE_INVALID',
    spoilt((_, [header, payload, signature]) => {
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
      return `${header}.${encodeBase64url(JSON.stringify(claims, null, 1))}.${signature}`;
    }),
  ),
  row('Ed25519 with S + L', 'SIGNATURE_INVALID', by('eddsa', replaced(addOrder)), by('eddsa')),
  row(
    'Ed25519 all zero',
    'SIGNATURE_INVALID',
    by(
      'eddsa',
      replaced(() => Buffer.alloc(64)),
    ),
    by('eddsa'),
  ),
  row(
    'Ed25519 with the identity as R',
    'SIGNATURE_INVALID',
    by(
      'eddsa',
      replaced((both) => Buffer.concat([Buffer.from([1]), Buffer.alloc(31), both.subarray(32)])),
    ),
    by('eddsa'),
  ),
  row(
    'RSA of zero',
    'SIGNATURE_INVALID',
    by(
      'rs256',
      replaced(() => Buffer.alloc(256)),
    ),
    by('rs256'),
  ),
  row(
    'RSA of one',
    'SIGNATURE_INVALID',
    by(
      'rs256',
      replaced(() => scalar(1n, 256)),
    ),
    by('rs256'),
  ),
  row(
    'RSA with a leading zero',
    'SIGNATURE_INVALID',
    by(
      'rs256',
      replaced((s) => Buffer.concat([Buffer.alloc(1), s])),
    ),
    by('rs256'),
  ),
  row(
    'RSA one byte short',
    'SIGNATURE_INVALID',
    by(
      'rs256',
      replaced((s) => s.subarray(1)),
    ),
    by('rs256'),
  ),
  row(
    'PSS under RS256',
    'SIGNATURE_INVALID',
    rsa({ padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }, 'rs256'),
    by('rs256'),
  ),
  row('PKCS #1 under PS256', 'SIGNATURE_INVALID', rsa({ padding: constants.RSA_PKCS1_PADDING }, 'ps256'), by('ps256')),
  row(
    'PSS without a salt',
    'SIGNATURE_INVALID',
    rsa({ padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 0 }, 'ps256'),
    by('ps256'),
  ),
  row(
    'PSS with a salt too long',
    'SIGNATURE_INVALID',
    rsa({ padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }, 'ps256'),
    by('ps256'),
  ),
];

function tampered(change: object): Make {
  return spoilt((_, [header, payload, signature]) => {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    return `${header}.${encodeBase64url(JSON.stringify({ ...claims, ...change }))}.${signature}`;
  });
}

/** Signed with the right key, over the wrong bytes. */
function spoiltOver(bytes: (parts: [string, string, string]) => string): Make {
  return (scene, good) => {
    const parts = (signed(scene, good) as string).split('.') as [string, string, string];
    const signature = signBytes('ES256', good.key.privateKey, Buffer.from(bytes(parts)));
    return joinCompact(`${parts[0]}.${parts[1]}`, signature);
  };
}
