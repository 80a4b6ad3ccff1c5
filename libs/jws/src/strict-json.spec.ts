import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasUniqueNames, isJsonObject, MAX_JSON_DEPTH, parseStrictJson, type JsonValue } from './strict-json.ts';

const parse = (text: string) => parseStrictJson(Buffer.from(text, 'utf8'));
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('strict JSON', () => {
  it('reads what JSON.stringify writes', () => {
    const shallow = fc.jsonValue({ maxDepth: MAX_JSON_DEPTH - 1, noUnicodeString: false });
    fc.assert(
      fc.property(shallow, (value) => {
        const text = JSON.stringify(value);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['a repeated name', '{"a":1,"a":1}'],
    ['a repeated name in a nested object', '{"x":[{"a":1,"a":2}]}'],
    ['a name repeated with an escape', '{"exp":1,"e\\u0078p":2}'],
    ['a repeated __proto__', '{"__proto__":1,"__proto__":2}'],
    ['an empty name repeated', '{"":1,"":2}'],
    ['a number that overflows', '{"a":1e400}'],
    ['a lone surrogate', '{"a":"\\ud800"}'],
    ['a lone surrogate in a name', '{"\\udc00":1}'],
    ['a byte order mark', '\ufeff{}'],
    ['a comment', '{}/**/'],
    ['a trailing comma', '{"a":1,}'],
    ['two values', '{}{}'],
    ['nothing', ''],
    ['NaN', '{"a":NaN}'],
    ['a leading zero', '{"a":01}'],
    ['a control character', '{"a":"\n"}'],
    ['too many levels', nested(MAX_JSON_DEPTH + 1)],
    ['ten thousand brackets', nested(10_000)],
  ])('refuses %s', (_, text) => {
    expect(parse(text)).toBeUndefined();
  });

  it.each([
    ['a byte that never occurs', [0x22, 0xff, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a truncated sequence', [0x22, 0xe2, 0x82, 0x22]],
  ])('refuses UTF-8 with %s', (_, bytes) => {
    expect(parseStrictJson(Uint8Array.from(bytes))).toBeUndefined();
  });

  it.each([
    ['the same name in two objects', '{"a":{"a":1},"b":{"a":2}}'],
    ['colons and quotes inside strings', '{"a:b":"\\":\\\\","c":":"}'],
    ['a string that ends in backslashes', '{"a":"\\\\\\\\","b":"\\\\"}'],
    ['a name that differs by case', '{"a":1,"A":2}'],
    ['the deepest nesting allowed', nested(MAX_JSON_DEPTH)],
    ['white space', ' { "a" : [ 1 , 2 ] } '],
  ])('accepts %s', (_, text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it('keeps __proto__ an ordinary member', () => {
    const value = parse('{"__proto__":{"admin":true}}') as Record<string, JsonValue>;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(value['admin']).toBeUndefined();
  });

  it('finds a duplicate wherever it is put', () => {
    const name = fc.string({ maxLength: 4 });
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue({ maxDepth: 2 }), { minKeys: 1 }), fc.nat(), (object, index) => {
        const text = JSON.stringify(object);
        const repeated = Object.keys(object)[index % Object.keys(object).length]!;
        const doubled = `{${JSON.stringify(repeated)}:0,${text.slice(1)}`;
        expect(hasUniqueNames(text, JSON.parse(text) as JsonValue)).toBe(true);
        expect(hasUniqueNames(doubled, JSON.parse(doubled) as JsonValue)).toBe(false);
      }),
    );
  });

  it('tells an object from everything else', () => {
    expect([{}, [], null, 'x', 1, undefined].map(isJsonObject)).toEqual([true, false, false, false, false, false]);
  });
});
