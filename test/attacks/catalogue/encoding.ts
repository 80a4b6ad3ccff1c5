import { joinCompact, signBytes } from '@mintmark/jws';
import { attacksOn, LIBRARY_ONLY, signed, spoilt, type Good, type Make } from '../attack.ts';
import type { Scene } from '../scene.ts';

const row = attacksOn('encoding');
/** White space and controls do not survive a header line, or not as they are. */
const rawRow = attacksOn('encoding', LIBRARY_ONLY);

type Part = 0 | 1 | 2;
const NAMES = ['header', 'payload', 'signature'] as const;

/** One part spelled differently, and for header and payload signed as spelled: only the spelling is wrong. */
function spelled(part: Part, spell: (encoded: string) => string): Make {
  return (scene, good) =>
    respell(scene, good, (parts) => parts.map((text, index) => (index === part ? spell(text) : text)));
}

function respell(scene: Scene, good: Good, change: (parts: string[]) => string[]): string {
  const parts = (signed(scene, good) as string).split('.');
  const [header = '', payload = ''] = change(parts);
  const input = `${header}.${payload}`;
  const signature = signBytes('ES256', good.key.privateKey, Buffer.from(input, 'latin1')).toString('base64url');
  const [, , spelledSignature = ''] = change([header, payload, signature]);
  return `${input}.${spelledSignature}`;
}

/** A good token whose chosen part happens to hold a character that the plain alphabet writes differently. */
function plainAlphabet(part: Part): { make: Make; repair: Make } {
  const search: Make = (scene, good) => {
    for (let attempt = 0; attempt < 10_000; attempt++) {
      const token = scene.sign({
        ...good,
        claims: { ...good.claims, pad: '>'.repeat(attempt % 7) + '?'.repeat(attempt) },
      });
      if (/[-_]/.test(token.split('.')[part]!) || part === 0) return token;
    }
    throw new Error('no token with - or _ in that part');
  };
  const make: Make = async (scene, good) => {
    const parts = ((await search(scene, good)) as string).split('.');
    const plain = parts[part]!.replaceAll('-', '+').replaceAll('_', '/');
    if (part === 2) return `${parts[0]}.${parts[1]}.${plain}`;
    const input = parts
      .slice(0, 2)
      .map((text, index) => (index === part ? plain : text))
      .join('.');
    return joinCompact(input, signBytes('ES256', good.key.privateKey, Buffer.from(input)));
  };
  return { make, repair: search };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Sets an unused bit of the last character; a part without unused bits is lengthened by a space in its JSON first. */
function unusedBits(encoded: string): string {
  return encoded.slice(0, -1) + ALPHABET[ALPHABET.indexOf(encoded.at(-1)!) | 1];
}

const withUnusedBits = (part: 0 | 1): { make: Make; repair: Make } => {
  const padded = (scene: Scene, good: Good): { header: string; claims: string } => {
    const texts = [JSON.stringify(good.header), JSON.stringify(good.claims)];
    while (Buffer.byteLength(texts[part]!) % 3 === 0) texts[part] += ' ';
    void scene;
    return { header: texts[0]!, claims: texts[1]! };
  };
  const repair: Make = (scene, good) => scene.sign({ key: good.key, ...padded(scene, good) });
  const make: Make = (scene, good) => {
    const parts = (repair(scene, good) as string).split('.');
    parts[part] = unusedBits(parts[part]!);
    const input = `${parts[0]}.${parts[1]}`;
    return joinCompact(input, signBytes('ES256', good.key.privateKey, Buffer.from(input)));
  };
  return { make, repair };
};

const insert = (character: string) => (encoded: string) => encoded.slice(0, 8) + character + encoded.slice(8);

const perPart = ([0, 1, 2] as const).flatMap((part) => [
  row(
    `padding on the ${NAMES[part]}`,
    'TOKEN_MALFORMED',
    spelled(part, (text) => `${text}=`),
  ),
  row(
    `double padding on the ${NAMES[part]}`,
    'TOKEN_MALFORMED',
    spelled(part, (text) => `${text}==`),
  ),
  row(`? in the ${NAMES[part]}`, 'TOKEN_MALFORMED', spelled(part, insert('?'))),
  row(`! in the ${NAMES[part]}`, 'TOKEN_MALFORMED', spelled(part, insert('!'))),
  row(`%2D in the ${NAMES[part]}`, 'TOKEN_MALFORMED', spelled(part, insert('%2D'))),
  rawRow(`a newline in the ${NAMES[part]}`, 'TOKEN_MALFORMED', spelled(part, insert('\n'))),
  rawRow(`a space in the ${NAMES[part]}`, 'TOKEN_MALFORMED', spelled(part, insert(' '))),
  rawRow(`a NUL in the ${NAMES[part]}`, 'TOKEN_MALFORMED', spelled(part, insert('\0'))),
]);

const [headerBits, payloadBits] = [withUnusedBits(0), withUnusedBits(1)];
const [payloadPlain, signaturePlain] = [plainAlphabet(1), plainAlphabet(2)];

export const ENCODING_ATTACKS = [
  ...perPart,
  row('unused bits in the header', 'TOKEN_MALFORMED', headerBits.make, headerBits.repair),
  row('unused bits in the payload', 'TOKEN_MALFORMED', payloadBits.make, payloadBits.repair),
  row(
    'unused bits in the signature',
    'TOKEN_MALFORMED',
    spoilt((_, [header, payload, signature]) => `${header}.${payload}.${unusedBits(signature)}`),
  ),
  row('+ and / in the payload', 'TOKEN_MALFORMED', payloadPlain.make, payloadPlain.repair),
  row('+ and / in the signature', 'TOKEN_MALFORMED', signaturePlain.make, signaturePlain.repair),
  rawRow(
    'a space before the token',
    'TOKEN_MALFORMED',
    spoilt((token) => ` ${token}`),
  ),
  rawRow(
    'a space after the token',
    'TOKEN_MALFORMED',
    spoilt((token) => `${token} `),
  ),
  rawRow(
    'a newline after the token',
    'TOKEN_MALFORMED',
    spoilt((token) => `${token}\n`),
  ),
  rawRow(
    'a tab after the token',
    'TOKEN_MALFORMED',
    spoilt((token) => `${token}\t`),
  ),
  rawRow(
    'a byte order mark before the token',
    'TOKEN_MALFORMED',
    spoilt((token) => `\ufeff${token}`),
  ),
  rawRow(
    'full-width dots',
    'TOKEN_MALFORMED',
    spoilt((token) => token.replaceAll('.', '．')),
  ),
  rawRow(
    'full-width letters',
    'TOKEN_MALFORMED',
    spoilt((token) => token.replace('e', 'ｅ')),
  ),
  row(
    '%2E in place of dots',
    'TOKEN_MALFORMED',
    spoilt((token) => token.replaceAll('.', '%2E')),
  ),
  row(
    'in quotes',
    'TOKEN_MALFORMED',
    spoilt((token) => `"${token}"`),
  ),
  row(
    'encoded once more',
    'TOKEN_MALFORMED',
    spoilt((token) => Buffer.from(token).toString('base64url')),
  ),
];
