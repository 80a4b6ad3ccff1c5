import { describe, expect, it } from '@jest/globals';
import { parsePkcs11Uri } from './pkcs11-uri.ts';

describe('a PKCS#11 URI', () => {
  it('names library and token', () => {
    expect(parsePkcs11Uri('pkcs11:token=my%20token;serial=49c7?module-path=/usr/lib/softhsm/libsofthsm2.so')).toEqual({
      address: { modulePath: '/usr/lib/softhsm/libsofthsm2.so', token: 'my token', serial: '49c7' },
    });
  });

  it.each(['/run/pin', 'file:/run/pin', 'file:///run/pin', 'file:%2Frun%2Fpin'])(
    'may name the file of its PIN: %s',
    (source) => {
      expect(parsePkcs11Uri(`pkcs11:token=a?module-path=/a&pin-source=${source}`)).toEqual({
        address: { modulePath: '/a', token: 'a' },
        pinFile: '/run/pin',
      });
    },
  );

  it.each([
    ['another scheme', 'pkcs12:token=a?module-path=/a'],
    ['no library', 'pkcs11:token=a'],
    ['a library that is no absolute path', 'pkcs11:token=a?module-path=lib.so'],
    ['no token', 'pkcs11:?module-path=/a'],
    ['an empty name', 'pkcs11:token=?module-path=/a'],
    ['an attribute twice', 'pkcs11:token=a;token=b?module-path=/a'],
    ['a broken escape', 'pkcs11:token=%zz?module-path=/a'],
    ['a fragment', 'pkcs11:token=a?module-path=/a#b'],
    ['one key of the token', 'pkcs11:token=a;object=signing?module-path=/a'],
  ])('is refused with %s', (_which, uri) => {
    expect(parsePkcs11Uri(uri)).toEqual({ problem: expect.stringContaining('pkcs11:token=<label>?module-path=') });
  });

  it.each(['pin-value=1234', 'pin-source=|cat%20/pin', 'pin-source=https:1234', 'pin-source=pin'])(
    'is refused with %s: a PIN is in a file',
    (pin) => {
      const refused = parsePkcs11Uri(`pkcs11:token=a?module-path=/a&${pin}`);
      expect(refused).toEqual({ problem: expect.stringContaining('pin-source') });
      expect(JSON.stringify(refused)).not.toContain('1234');
    },
  );
});
