import type { VerifierErrorCode } from '@mintmark/contract';
import { attacksOn, withClaims, type Make } from '../attack.ts';

const row = attacksOn('claims');

const is = (claim: string, value: unknown): Make => withClaims(() => ({ [claim]: value }));
const show = (value: unknown) => (value === undefined ? 'missing' : JSON.stringify(value).slice(0, 48));

function rows(claim: string, code: VerifierErrorCode, values: readonly unknown[]) {
  return values.map((value) => row(`${claim} ${show(value)}`, code, is(claim, value)));
}

const changed = (claim: string, change: (value: string) => unknown): Make =>
  withClaims((claims) => ({ [claim]: change(claims[claim] as string) }));

const WRONG_TYPES = [undefined, null, 7, true, {}, []] as const;

export const CLAIM_ATTACKS = [
  ...rows('iss', 'CLAIM_INVALID', WRONG_TYPES),
  row(
    'iss in a list',
    'CLAIM_INVALID',
    changed('iss', (iss) => [iss]),
  ),
  ...rows('iss', 'ISS_MISMATCH', [
    '',
    'https://another.internal',
    'tokens.internal',
    'https://tokens.internal.attacker.example',
  ]),
  row(
    'iss with a slash after it',
    'ISS_MISMATCH',
    changed('iss', (iss) => `${iss}/`),
  ),
  row(
    'iss with its port',
    'ISS_MISMATCH',
    changed('iss', (iss) => `${iss}:443`),
  ),
  row(
    'iss with user information',
    'ISS_MISMATCH',
    changed('iss', (iss) => iss.replace('//', '//admin@')),
  ),
  row(
    'iss in clear',
    'ISS_MISMATCH',
    changed('iss', (iss) => iss.replace('https', 'http')),
  ),
  row(
    'iss in another case',
    'ISS_MISMATCH',
    changed('iss', (iss) => iss.replace('tokens', 'Tokens')),
  ),
  row(
    'iss with a fragment',
    'ISS_MISMATCH',
    changed('iss', (iss) => `${iss}#`),
  ),
  row(
    'iss with a space after it',
    'ISS_MISMATCH',
    changed('iss', (iss) => `${iss} `),
  ),
  row(
    'iss with a NUL after it',
    'ISS_MISMATCH',
    changed('iss', (iss) => `${iss}\0`),
  ),
  row(
    'iss with a Cyrillic letter',
    'ISS_MISMATCH',
    changed('iss', (iss) => iss.replace('o', 'о')),
  ),
  row(
    'iss cut short',
    'ISS_MISMATCH',
    changed('iss', (iss) => iss.slice(0, -1)),
  ),
  ...rows('aud', 'CLAIM_INVALID', WRONG_TYPES),
  row(
    'aud in a list',
    'CLAIM_INVALID',
    changed('aud', (aud) => [aud]),
  ),
  row(
    'aud in a list of two',
    'CLAIM_INVALID',
    changed('aud', (aud) => [aud, 'billing']),
  ),
  row(
    'aud in a list within a list',
    'CLAIM_INVALID',
    changed('aud', (aud) => [[aud]]),
  ),
  row(
    'aud as an object with that name',
    'CLAIM_INVALID',
    changed('aud', (aud) => ({ [aud]: true })),
  ),
  ...rows('aud', 'AUD_MISMATCH', ['', 'billing', '*', 'https://inventory', 'inventory,billing', 'inventory billing']),
  row(
    'aud with something after it',
    'AUD_MISMATCH',
    changed('aud', (aud) => `${aud}-admin`),
  ),
  row(
    'aud with something before it',
    'AUD_MISMATCH',
    changed('aud', (aud) => `x${aud}`),
  ),
  row(
    'aud cut short',
    'AUD_MISMATCH',
    changed('aud', (aud) => aud.slice(0, -1)),
  ),
  row(
    'aud in another case',
    'AUD_MISMATCH',
    changed('aud', (aud) => aud.toUpperCase()),
  ),
  row(
    'aud with a space after it',
    'AUD_MISMATCH',
    changed('aud', (aud) => `${aud} `),
  ),
  row(
    'aud decomposed',
    'AUD_MISMATCH',
    changed('aud', (aud) => aud.replace('i', 'i\u0307')),
  ),
  ...rows('sub', 'CLAIM_INVALID', [...WRONG_TYPES, '']),
  ...rows('client_id', 'CLAIM_INVALID', [...WRONG_TYPES, '', ['orders']]),
  ...rows('jti', 'CLAIM_INVALID', [...WRONG_TYPES, '']),
  ...rows('scope', 'CLAIM_INVALID', [
    ...WRONG_TYPES,
    '',
    ' ',
    'stock:read ',
    'stock:read  stock:list',
    'stock:read stock:read',
  ]),
  ...rows('scope', 'CLAIM_INVALID', [
    ['stock:read'],
    'stock:read\tstock:list',
    'stock:"read"',
    'stock\\read',
    'stock:réad',
  ]),
  ...rows('act', 'CLAIM_INVALID', [null, 'orders', 7, []]),
  ...rows('cnf', 'CLAIM_INVALID', [null, 'jkt', 7, [], {}, { jkt: 7 }, { jkt: null }, { kid: 'x' }, { jwk: {} }]),
  row('cnf with two methods', 'CLAIM_INVALID', is('cnf', { jkt: 'A'.repeat(43), 'x5t#S256': 'A'.repeat(43) })),
  row(
    'cnf with a method that is not known beside one that is',
    'CLAIM_INVALID',
    is('cnf', { jkt: 'A'.repeat(43), other: 1 }),
  ),
];

const time = attacksOn('times');

/** A claim by how far it lies from now, in seconds. */
const at = (claim: string, offset: number): Make => withClaims((_, { now }) => ({ [claim]: now + offset }));
const between = (issued: number, expires: number): Make =>
  withClaims((_, { now }) => ({ iat: now + issued, exp: now + expires }));

function timeRows(claim: string, values: readonly unknown[]) {
  return values.map((value) => time(`${claim} ${show(value)}`, 'CLAIM_INVALID', is(claim, value)));
}

export const TIME_ATTACKS = [
  ...timeRows('exp', [undefined, null, '4102444800', true, [], {}, -1, 1e308, 253_402_300_800]),
  time('exp 1e400, more than a double holds', 'TOKEN_MALFORMED', (scene, { claims, header, key }) =>
    scene.sign({ header, key, claims: JSON.stringify({ ...claims, exp: 0 }).replace('"exp":0', '"exp":1e400') }),
  ),
  time(
    'exp in milliseconds',
    'CLAIM_INVALID',
    withClaims((_, { now }) => ({ exp: (now + 300) * 1000 })),
  ),
  time('exp with half a second', 'CLAIM_INVALID', at('exp', 300.5)),
  time(
    'exp in a list',
    'CLAIM_INVALID',
    withClaims((_, { now }) => ({ exp: [now + 300] })),
  ),
  time(
    'exp in 1970',
    'TOKEN_EXPIRED',
    withClaims(() => ({ iat: -0, exp: 1 })),
  ),
  time('exp a leeway ago', 'TOKEN_EXPIRED', between(-300, -20)),
  time('exp an hour ago', 'TOKEN_EXPIRED', between(-3_900, -3_600)),
  time('exp a day ahead', 'LIFETIME_EXCEEDED', at('exp', 86_400)),
  time('exp a second past the longest lifetime', 'LIFETIME_EXCEEDED', between(0, 901)),
  time('exp in the year 9999', 'LIFETIME_EXCEEDED', is('exp', 253_402_300_799)),
  time('exp equal to iat', 'CLAIM_INVALID', between(0, 0)),
  time('exp before iat, both within the leeway', 'CLAIM_INVALID', between(10, -5)),
  ...timeRows('iat', [undefined, null, '0', true, [], -1, 1e308]),
  time('iat with a fraction', 'CLAIM_INVALID', at('iat', -0.5)),
  time('iat a minute ahead', 'NOT_YET_VALID', between(60, 360)),
  time('iat a day ahead', 'NOT_YET_VALID', between(86_400, 86_700)),
  time('iat long ago, to live long', 'LIFETIME_EXCEEDED', between(-86_400, 300)),
  ...timeRows('nbf', [null, '0', true, [], -1, 1e308]),
  time('nbf with a fraction', 'CLAIM_INVALID', at('nbf', -0.5)),
  time('nbf a minute ahead', 'NOT_YET_VALID', at('nbf', 60)),
  time('nbf past exp', 'NOT_YET_VALID', at('nbf', 1_000)),
];

const scope = attacksOn('scope');

/** The runner asks for the scope `stock:read`. */
export const SCOPE_ATTACKS = [
  'stock:list',
  'stock',
  'stock:',
  'stock:rea',
  'stock:reader',
  'STOCK:READ',
  'stock:*',
  '*',
  'stock:read,stock:list',
].map((value) => scope(`scope ${value}`, 'SCOPE_INSUFFICIENT', is('scope', value)));
