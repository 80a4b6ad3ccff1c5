import { encodeBase64url } from '@mintmark/jws';
import { attacksOn, withHeader, type Make } from '../attack.ts';

const row = attacksOn('header');

/** A member too many on an otherwise good header. */
function extra(name: string, member: unknown): ReturnType<typeof row> {
  return row(
    `${name}: ${JSON.stringify(member).slice(0, 40)}`,
    'HEADER_FORBIDDEN',
    withHeader(() => ({ [name]: member })),
  );
}

/** A header that brings its own key, signed with that key. */
function bringing(member: (jwk: object, trap: string) => object, kid: 'trusted' | 'own'): Make {
  return (scene, { claims }) => {
    const { stranger, keys, trap } = scene;
    const header = { ...scene.header(stranger), ...(kid === 'trusted' && { kid: keys.es256.kid }) };
    return scene.sign({ key: stranger, claims, header: { ...header, ...member(stranger.jwk, trap) } });
  };
}

/** A header written out by hand: what an object cannot hold twice. */
function written(write: (header: string) => string): Make {
  return (scene, { claims, key, header }) => scene.sign({ claims, key, header: write(JSON.stringify(header)) });
}

const certificate = Buffer.alloc(300, 0x30).toString('base64');

export const HEADER_ATTACKS = [
  row(
    'jwk with the key of the attacker',
    'HEADER_FORBIDDEN',
    bringing((jwk) => ({ jwk }), 'own'),
  ),
  row(
    'jwk with the key of the attacker under a trusted kid',
    'HEADER_FORBIDDEN',
    bringing((jwk) => ({ jwk }), 'trusted'),
  ),
  row(
    'jku to the attacker',
    'HEADER_FORBIDDEN',
    bringing((_, jku) => ({ jku }), 'own'),
  ),
  row(
    'jku to the attacker under a trusted kid',
    'HEADER_FORBIDDEN',
    bringing((_, jku) => ({ jku }), 'trusted'),
  ),
  row(
    'x5u to the attacker',
    'HEADER_FORBIDDEN',
    bringing((_, x5u) => ({ x5u }), 'own'),
  ),
  row(
    'x5c of the attacker',
    'HEADER_FORBIDDEN',
    bringing(() => ({ x5c: [certificate] }), 'trusted'),
  ),
  row(
    'jku with credentials of the issuer before the host',
    'HEADER_FORBIDDEN',
    bringing((_, trap) => ({ jku: trap.replace('//', '//tokens.internal@') }), 'trusted'),
  ),
  row(
    'jku on a good token',
    'HEADER_FORBIDDEN',
    withHeader((_, { trap }) => ({ jku: trap })),
  ),
  row(
    'x5u on a good token',
    'HEADER_FORBIDDEN',
    withHeader((_, { trap }) => ({ x5u: trap })),
  ),
  row(
    'jwk on a good token',
    'HEADER_FORBIDDEN',
    withHeader(({ key }) => ({ jwk: key.jwk })),
  ),
  extra('crit', []),
  extra('crit', ['exp']),
  extra('crit', ['exp', 'exp']),
  extra('crit', ['https://attacker.example/ext']),
  extra('crit', 'exp'),
  extra('crit', null),
  row(
    'crit b64 with b64 true',
    'HEADER_FORBIDDEN',
    withHeader(() => ({ crit: ['b64'], b64: true })),
  ),
  row(
    'b64 false without crit',
    'HEADER_FORBIDDEN',
    withHeader(() => ({ b64: false })),
  ),
  extra('zip', 'DEF'),
  extra('cty', 'JWT'),
  extra('x5t', 'AAAA'),
  extra('x5t#S256', 'AAAA'),
  extra('iss', 'https://tokens.internal'),
  extra('nonce', 'n'),
  extra('enc', 'A256GCM'),
  extra('p2c', 2 ** 31 - 1),
  extra('epk', { kty: 'EC' }),
  extra('apu', ''),
  extra('typ ', 'at+jwt'),
  extra('ALG', 'ES256'),
  extra('__proto__x', {}),
  row(
    '__proto__ with members of its own',
    'HEADER_FORBIDDEN',
    written((text) => text.replace('{', '{"__proto__":{"typ":"at+jwt"},')),
  ),
  row(
    'alg twice, good one last',
    'TOKEN_MALFORMED',
    written((text) => text.replace('{', '{"alg":"none",')),
  ),
  row(
    'alg twice, good one first',
    'TOKEN_MALFORMED',
    written((text) => text.replace('}', ',"alg":"ES256"}')),
  ),
  row(
    'kid twice',
    'TOKEN_MALFORMED',
    written((text) => text.replace('{', '{"kid":"another",')),
  ),
  row(
    'typ twice',
    'TOKEN_MALFORMED',
    written((text) => text.replace('{', '{"typ":"JWT",')),
  ),
  row(
    'alg twice, once with an escape',
    'TOKEN_MALFORMED',
    written((text) => text.replace('{', '{"\\u0061lg":"none",')),
  ),
  row(
    'header as a list',
    'TOKEN_MALFORMED',
    written((text) => `[${text}]`),
  ),
  row(
    'header null',
    'TOKEN_MALFORMED',
    written(() => 'null'),
  ),
  row(
    'header as text',
    'TOKEN_MALFORMED',
    written((text) => JSON.stringify(text)),
  ),
  row(
    'header that is a token part itself',
    'TOKEN_MALFORMED',
    written((text) => encodeBase64url(text)),
  ),
  row(
    'header empty',
    'HEADER_FORBIDDEN',
    written(() => '{"x":1}'),
  ),
  row(
    'header with a byte order mark',
    'TOKEN_MALFORMED',
    written((text) => `\ufeff${text}`),
  ),
  row(
    'header with a comment',
    'TOKEN_MALFORMED',
    written((text) => `${text}//`),
  ),
];

const typ = attacksOn('typ');
const TYPES: readonly unknown[] = [
  'JWT',
  'jwt',
  'at+JWT',
  'AT+JWT',
  'application/at+jwt',
  'at+jwt ',
  'at+jwt\0',
  'id+jwt',
  'logout+jwt',
  'dpop+jwt',
  'secevent+jwt',
  'client-authentication+jwt',
  'token-introspection+jwt',
  'JOSE',
  '',
  null,
  7,
  ['at+jwt'],
];

export const TYP_ATTACKS = [
  typ(
    'typ missing',
    'TYP_MISMATCH',
    withHeader(() => ({ typ: undefined })),
  ),
  ...TYPES.map((value) =>
    typ(
      `typ ${JSON.stringify(value)}`,
      'TYP_MISMATCH',
      withHeader(() => ({ typ: value })),
    ),
  ),
];
