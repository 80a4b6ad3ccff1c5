import { describe, expect, it } from '@jest/globals';
import { loadSync } from '@grpc/proto-loader';
import { isFramed, refuseUnframed } from './framing.ts';
import { LOADER_OPTIONS, PROTO_FILES } from './load-proto.ts';

describe('framing', () => {
  it.each([
    ['nothing', []],
    ['a string', [0x0a, 2, 65, 66]],
    ['a varint of two bytes', [0x08, 0x96, 0x01]],
    ['a fixed64 and a fixed32', [0x09, 1, 2, 3, 4, 5, 6, 7, 8, 0x15, 1, 2, 3, 4]],
    ['an unknown field', [0xfa, 0x01, 1, 0]],
  ])('%s is framed', (_, bytes) => {
    expect(isFramed(Uint8Array.from(bytes))).toBe(true);
  });

  it.each([
    ['a string longer than the rest', [0x0a, 0x50, 65, 66]],
    ['a tag alone', [0x0a]],
    ['a varint without an end', [0x08, 0xff, 0xff]],
    ['a varint of eleven bytes', [0x08, ...Array.from({ length: 11 }, () => 0xff), 0]],
    ['a fixed64 cut short', [0x09, 1, 2, 3]],
    ['field number 0', [0x02, 0]],
    ['a group', [0x0b, 0x0c]],
    ['a length of 2^63', [0x0a, ...Array.from({ length: 9 }, () => 0xff), 0x01]],
  ])('%s is not', (_, bytes) => {
    expect(isFramed(Uint8Array.from(bytes))).toBe(false);
  });

  it('a method of a loaded package refuses what is not', () => {
    const definition = loadSync(PROTO_FILES['mintmark.token.v1'], LOADER_OPTIONS);
    refuseUnframed(definition);
    const service = definition['mintmark.token.v1.TokenService'];
    if (!service || 'format' in service) throw new Error('no service');
    const decode = service['IssueToken']?.requestDeserialize;
    expect(decode?.(Buffer.from([0x0a, 2, 65, 66]))).toMatchObject({ audience: 'AB' });
    expect(() => decode?.(Buffer.from([0x0a, 0x50, 65, 66]))).toThrow('cut short');
  });
});
