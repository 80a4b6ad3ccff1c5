import type { PackageDefinition } from '@grpc/proto-loader';

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/**
 * Whether bytes are fields of the protobuf wire format that end where the message ends. The decoder under proto-loader
 * takes a string that claims to be longer than the rest for the rest.
 */
export function isFramed(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    if (!tag || tag.value < 8) return false; // field numbers begin at 1
    const end = endOfField(bytes, { at: tag.end, wireType: tag.value % 8 });
    if (end === undefined || end > bytes.length) return false;
    at = end;
  }
  return true;
}

function endOfField(bytes: Uint8Array, { at, wireType }: { at: number; wireType: number }): number | undefined {
  switch (wireType) {
    case VARINT:
      return readVarint(bytes, at)?.end;
    case FIXED64:
      return at + 8;
    case FIXED32:
      return at + 4;
    case LENGTH_DELIMITED: {
      const length = readVarint(bytes, at);
      return length && length.end + length.value;
    }
    default:
      return undefined; // groups are not in proto3
  }
}

function readVarint(bytes: Uint8Array, at: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  return undefined;
}

/** Makes every method of a loaded package refuse requests that are not framed; grpc-js then answers for it. */
export function refuseUnframed(definition: PackageDefinition): void {
  for (const service of Object.values(definition)) {
    if ('format' in service) continue; // a message or enum
    for (const method of Object.values(service)) {
      const decode = method.requestDeserialize;
      method.requestDeserialize = (bytes) => {
        if (!isFramed(bytes)) throw new Error('the message is cut short or holds no fields');
        return decode(bytes);
      };
    }
  }
}
