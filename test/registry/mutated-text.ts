// Texts with mistakes in them, for tests of what reads declaration files.
import fc from 'fast-check';

/** What YAML, JSON, the schema and the language below them give a meaning to. */
const TROUBLE = [
  ...[
    '&a ',
    '*a',
    '!!map ',
    '!x ',
    '<<: ',
    '? ',
    '- ',
    ': ',
    ', ',
    '[',
    ']',
    '{',
    '}',
    '|\n',
    '>-\n',
    '"',
    "'",
    '`',
    '@',
    '%',
    '#',
  ],
  ...[
    '---\n',
    '...\n',
    '\n',
    '\r',
    '\t',
    '  ',
    ' #',
    '\\',
    '\\u0000',
    '\u0000',
    '\u0002',
    '\u0018',
    '\u001f',
    '\uFEFF',
    '\u2028',
    '\uD800',
  ],
  ...['null', '~', 'true', 'yes', '.inf', '.nan', '0x1F', '1e999', '-0', '9'.repeat(30), '2026-01-01', 'a'.repeat(70)],
  ...[
    '__proto__: 1\n',
    'constructor: x\n',
    'toString',
    'id: x\n',
    'kind: ',
    'clients:\n',
    'mintmark-admin',
    'orders',
    'stock:read',
  ],
];

export type Mutation = (text: string) => string;

const at = fc.double({ min: 0, max: 1, noNaN: true });
export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(at, fc.constantFrom(...TROUBLE)).map(([where, what]) => splice(where, 0, () => what)),
  fc.tuple(at, fc.constantFrom(...TROUBLE), fc.nat(12)).map(([where, what, over]) => splice(where, over, () => what)),
  fc.tuple(at, fc.nat(80)).map(([where, length]) => splice(where, length, () => '')),
  fc.tuple(at, fc.nat(200)).map(([where, length]) => splice(where, length, (cut) => cut + cut)),
  fc
    .tuple(at, fc.string({ unit: 'binary', maxLength: 4 }))
    .map(([where, what]) => splice(where, what.length, () => what)),
  fc.tuple(at, at).map(([from, to]) => moveLine(from, to)),
  fc.tuple(at, fc.integer({ min: -4, max: 4 })).map(([where, by]) => indentLine(where, by)),
);

function splice(where: number, over: number, replace: (cut: string) => string): Mutation {
  return (text) => {
    const start = Math.floor(where * text.length);
    return text.slice(0, start) + replace(text.slice(start, start + over)) + text.slice(start + over);
  };
}

function moveLine(from: number, to: number): Mutation {
  return (text) => {
    const lines = text.split('\n');
    const [line = ''] = lines.splice(Math.floor(from * lines.length), 1);
    return lines.toSpliced(Math.floor(to * lines.length), 0, line).join('\n');
  };
}

function indentLine(where: number, by: number): Mutation {
  return (text) => {
    const lines = text.split('\n');
    const index = Math.floor(where * (lines.length - 1));
    const line = lines[index] ?? '';
    return lines.with(index, by < 0 ? line.slice(-by) : ' '.repeat(by) + line).join('\n');
  };
}
