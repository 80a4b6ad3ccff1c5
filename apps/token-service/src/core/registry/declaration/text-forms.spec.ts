import { describe, expect, it } from '@jest/globals';
import { parseDuration } from './duration.ts';
import {
  isAddress,
  isDistinguishedName,
  isDnsName,
  isHttpsUrl,
  isIssuerUrl,
  isPlainText,
  isResourceUri,
  isUri,
} from './text-forms.ts';

const FORMS: readonly [(text: string) => boolean, readonly string[], readonly string[]][] = [
  [
    isResourceUri,
    ['https://a.internal', 'https://a.internal:8443/b?c=d', 'urn:example:stock', 'spiffe://example.org/stock'],
    [
      '',
      'a.internal',
      '//a',
      'https://',
      'https://a/#',
      'https://a b',
      'https://u@a',
      'https://u:p@a',
      `urn:${'a'.repeat(200)}`,
      'https://ä.internal',
    ],
  ],
  [isUri, ['spiffe://example.org/ns/shop/sa/orders'], ['orders', 'https://a/#b', `urn:${'a'.repeat(255)}`]],
  [
    isHttpsUrl,
    ['https://a.internal/jwks.json?v=1', 'http://127.0.0.1:9000/', 'http://localhost/', 'http://[::1]:1/'],
    [
      'http://a.internal',
      'http://127.0.0.1.evil.example',
      'http://localhost.evil.example',
      'https://u:p@a',
      'file:///etc',
      'urn:a:b',
      'https://a/#b',
    ],
  ],
  [
    isIssuerUrl,
    ['https://k8s.internal', 'https://k8s.internal/tenant'],
    ['https://k8s.internal/?a=b', 'http://k8s.internal'],
  ],
  [
    isPlainText,
    ['a', 'system:serviceaccount:shop:orders', 'a b', 'x'.repeat(255)],
    ['', ' a', 'a ', 'a\nb', 'ä', 'x'.repeat(256)],
  ],
  [
    isDnsName,
    ['a', 'a.b-c.internal', 'A1.internal'],
    ['', '*.internal', 'a..b', '-a.b', 'a-.b', 'a_b', 'a.', `${'a'.repeat(64)}.b`],
  ],
  [
    isAddress,
    ['10.0.0.7', '199.99.100.9', '255.255.255.255', '0.0.0.0', '::1', '2001:db8::7', '::ffff:10.0.0.1'],
    [
      '',
      '10.0.0',
      '10.0.0.256',
      '10.0.0.7/8',
      '10.0.0.7.',
      '01.2.3.4567',
      '08.0.0.1',
      '10.0.0.07',
      'abcd',
      '2001:db8::7::1',
      '[::1]',
      'fe80::1%eth0',
    ],
  ],
  [
    isDistinguishedName,
    ['CN=orders', 'CN=orders,OU=shop,O=Example', 'CN=a\\, b,O=c', '2.5.4.3=orders', 'CN=a+UID=b,O=c'],
    ['', 'orders', 'CN=', 'CN=a,', ',CN=a', '=a', `CN=${'a'.repeat(512)}`],
  ],
];

describe.each(FORMS.map(([form, accepted, refused]) => ({ form, accepted, refused, name: form.name })))(
  '$name',
  ({ form, accepted, refused }) => {
    it.each(accepted)('accepts %j', (text) => expect(form(text)).toBe(true));
    it.each(refused)('refuses %j', (text) => expect(form(text)).toBe(false));
  },
);

describe('parseDuration', () => {
  it.each([
    ['300s', 300],
    ['5m', 300],
    ['1h', 3600],
    ['0s', 0],
  ])('%s', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  it.each(['', '5', 'm', '5 m', '5M', '05m', '1.5m', '-5m', '5m30s', '1e3s', '5ms', '9999999999s'])('not %j', (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );
});
