import { attacksOn, type Make } from '../attack.ts';

const row = attacksOn('json');

/** The payload written out by hand, and signed as written. */
function written(write: (json: string) => string | Uint8Array): Make {
  return (scene, { claims, header, key }) => scene.sign({ header, key, claims: write(JSON.stringify(claims)) });
}

const first = (member: string) => written((json) => json.replace('{', `{${member},`));
const last = (member: string) => written((json) => json.replace(/}$/, `,${member}}`));

/** A claim nobody reads, with bytes that are no UTF-8. */
const bytes = (...sequence: number[]) =>
  written((json) =>
    Buffer.concat([Buffer.from(`${json.slice(0, -1)},"note":"`), Buffer.from(sequence), Buffer.from('"}')]),
  );

export const JSON_ATTACKS = [
  ...['iss', 'aud', 'sub', 'client_id', 'scope', 'jti'].flatMap((claim) => [
    row(`${claim} twice, good one last`, 'TOKEN_MALFORMED', first(`"${claim}":"another"`)),
    row(
      `${claim} twice, good one first`,
      'TOKEN_MALFORMED',
      written((json) => {
        const { [claim]: value } = JSON.parse(json) as Record<string, string>;
        return json.replace('{', `{"${claim}":${JSON.stringify(value)},`);
      }),
    ),
  ]),
  row('exp twice, good one last', 'TOKEN_MALFORMED', first('"exp":1')),
  row('exp twice, far one last', 'TOKEN_MALFORMED', last('"exp":4102444800')),
  row('aud twice, once with an escape', 'TOKEN_MALFORMED', first('"a\\u0075d":"another"')),
  row('exp twice, once escaped whole', 'TOKEN_MALFORMED', first('"\\u0065\\u0078\\u0070":4102444800')),
  row(
    'a name twice in a nested object',
    'TOKEN_MALFORMED',
    last('"act":{"sub":"a","sub":"b"}'),
    last('"act":{"sub":"a"}'),
  ),
  row('a name twice in a list', 'TOKEN_MALFORMED', last('"note":[{"a":1,"a":1}]'), last('"note":[{"a":1}]')),
  row('an unknown claim twice', 'TOKEN_MALFORMED', last('"note":1,"note":1'), last('"note":1')),
  row('__proto__ twice', 'TOKEN_MALFORMED', last('"__proto__":{},"__proto__":{}'), last('"__proto__":{}')),
  row(
    '__proto__ in place of the claims',
    'CLAIM_INVALID',
    written((json) => `{"__proto__":${json}}`),
  ),
  row(
    'a byte order mark',
    'TOKEN_MALFORMED',
    written((json) => `\ufeff${json}`),
  ),
  row(
    'UTF-16',
    'TOKEN_MALFORMED',
    written((json) => Buffer.from(json, 'utf16le')),
  ),
  row('a byte that is no UTF-8', 'TOKEN_MALFORMED', bytes(0xff)),
  row('a lone continuation byte', 'TOKEN_MALFORMED', bytes(0x80)),
  row('an overlong slash', 'TOKEN_MALFORMED', bytes(0xc0, 0xaf)),
  row('an encoded surrogate', 'TOKEN_MALFORMED', bytes(0xed, 0xa0, 0x80)),
  row('a character past U+10FFFF', 'TOKEN_MALFORMED', bytes(0xf4, 0x90, 0x80, 0x80)),
  row('a truncated character', 'TOKEN_MALFORMED', bytes(0xe2, 0x82)),
  row('a lone surrogate escape', 'TOKEN_MALFORMED', last('"note":"\\ud800"'), last('"note":"\\ud83d\\ude00"')),
  row('a lone surrogate in a name', 'TOKEN_MALFORMED', last('"\\udfff":1'), last('"note":1')),
  row('a number past every double', 'TOKEN_MALFORMED', last('"note":1e400'), last('"note":1e300')),
  row('NaN', 'TOKEN_MALFORMED', last('"note":NaN'), last('"note":0')),
  row('a number with a leading zero', 'TOKEN_MALFORMED', last('"note":01'), last('"note":1')),
  row('a hexadecimal number', 'TOKEN_MALFORMED', last('"note":0x1'), last('"note":1')),
  row(
    'single quotes',
    'TOKEN_MALFORMED',
    written((json) => json.replaceAll('"', "'")),
  ),
  row(
    'a trailing comma',
    'TOKEN_MALFORMED',
    written((json) => json.replace(/}$/, ',}')),
  ),
  row(
    'a comment',
    'TOKEN_MALFORMED',
    written((json) => `${json}/* */`),
  ),
  row(
    'something after the object',
    'TOKEN_MALFORMED',
    written((json) => `${json}{}`),
  ),
  row(
    'a NUL after the object',
    'TOKEN_MALFORMED',
    written((json) => `${json}\0`),
  ),
  row('a newline in a string', 'TOKEN_MALFORMED', last('"note":"\n"'), last('"note":"\\n"')),
  row(
    'payload as a list',
    'TOKEN_MALFORMED',
    written((json) => `[${json}]`),
  ),
  row(
    'payload as text',
    'TOKEN_MALFORMED',
    written((json) => JSON.stringify(json)),
  ),
  row(
    'payload as a number',
    'TOKEN_MALFORMED',
    written(() => '1'),
  ),
  row(
    'payload true',
    'TOKEN_MALFORMED',
    written(() => 'true'),
  ),
  row(
    'payload null',
    'TOKEN_MALFORMED',
    written(() => 'null'),
  ),
  row(
    'payload empty',
    'TOKEN_MALFORMED',
    written(() => ' '),
  ),
];
