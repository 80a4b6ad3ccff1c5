import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ecdsaDerToJose, ecdsaJoseToDer } from './ecdsa-signature.ts';

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const scalar = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
const jose = (r: bigint, s: bigint) => Buffer.concat([scalar(r), scalar(s)]);
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('ECDSA signatures between DER and r‖s', () => {
  it('agrees with OpenSSL in both directions', () => {
    for (let count = 0; count < 200; count++) {
      const message = Buffer.from(`message ${count}`);
      const der = sign('sha256', message, privateKey);
      const raw = ecdsaDerToJose(der)!;
      expect(verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true);
      expect(ecdsaJoseToDer(raw)).toEqual(der);
    }
  });

  it('round-trips every pair of scalars', () => {
    const scalars = fc.oneof(
      fc.bigInt({ min: 1n, max: ORDER - 1n }),
      fc.bigInt({ min: 1n, max: 0xffffn }),
      fc.constantFrom(1n, 0x7fn, 0x80n, 0xffn, 0x100n, ORDER - 1n, 1n << 255n, (1n << 255n) - 1n, 1n << 248n),
    );
    fc.assert(
      fc.property(scalars, scalars, (r, s) => {
        expect(ecdsaDerToJose(ecdsaJoseToDer(jose(r, s))!)).toEqual(jose(r, s));
      }),
    );
  });

  it.each([
    ['r = 0', jose(0n, 1n)],
    ['s = 0', jose(1n, 0n)],
    ['r = n', jose(ORDER, 1n)],
    ['s = n', jose(1n, ORDER)],
    ['r = n + 1', jose(ORDER + 1n, 1n)],
    ['r = 2^256 - 1', jose((1n << 256n) - 1n, 1n)],
    ['nothing', Buffer.alloc(0)],
    ['63 bytes', jose(1n, 1n).subarray(1)],
    ['65 bytes', Buffer.concat([jose(1n, 1n), Buffer.alloc(1)])],
    ['DER in its place', sign('sha256', Buffer.from('x'), privateKey)],
  ])('refuses r‖s with %s', (_, signature) => {
    expect(ecdsaJoseToDer(signature)).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['another tag', '31 06 02 01 01 02 01 01'],
    ['a length too long', '30 07 02 01 01 02 01 01'],
    ['a length too short', '30 05 02 01 01 02 01 01'],
    ['a long-form length', '30 81 06 02 01 01 02 01 01'],
    ['an indefinite length', '30 80 02 01 01 02 01 01 00 00'],
    ['bytes after the sequence', '30 06 02 01 01 02 01 01 00'],
    ['bytes after s inside', '30 08 02 01 01 02 01 01 05 00'],
    ['r missing', '30 03 02 01 01'],
    ['an empty integer', '30 05 02 00 02 01 01'],
    ['another tag for s', '30 06 02 01 01 03 01 01'],
    ['r negative', '30 06 02 01 ff 02 01 01'],
    ['r padded', '30 07 02 02 00 01 02 01 01'],
    ['s padded', '30 07 02 01 01 02 02 00 7f'],
    ['r = 0', '30 06 02 01 00 02 01 01'],
    ['s = 0', '30 06 02 01 01 02 01 00'],
    ['r of 33 bytes', `30 26 02 21 01${'00'.repeat(32)} 02 01 01`],
    ['s running past the end', '30 06 02 01 01 02 02 01'],
    ['r = n', `30 26 02 21 00${ORDER.toString(16)} 02 01 01`],
  ])('refuses DER with %s', (_, text) => {
    expect(ecdsaDerToJose(hex(text))).toBeUndefined();
  });

  it('never accepts two encodings of one signature', () => {
    const der = sign('sha256', Buffer.from('x'), privateKey);
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(der);
        changed[at]! ^= flip;
        const raw = ecdsaDerToJose(changed);
        expect(raw === undefined || ecdsaJoseToDer(raw)!.equals(changed)).toBe(true);
      }),
    );
  });
});
