/**
 * Bytes of a key that is written as text, in hex or base64url, blanks around it aside. Byte by byte and never as a string: that
 * could not be wiped, and would stay in the heap for as long as it likes.
 * @returns `undefined` if it is neither, or of another length
 */
export function decodeKeyText(text: Buffer, length: number): Buffer | undefined {
  const written = withoutBlanks(text);
  if (written.length === 2 * length) return decodeDigits(written, length, { bits: 4, digitOf: hexDigit });
  if (written.length !== Math.ceil((8 * length) / 6)) return undefined;
  return decodeDigits(written, length, { bits: 6, digitOf: base64urlDigit });
}

interface Notation {
  readonly bits: number;
  /** Below 0: it is none. */
  readonly digitOf: (byte: number) => number;
}

function decodeDigits(digits: Buffer, length: number, { bits, digitOf }: Notation): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  let [gathered, count, at] = [0, 0, 0];
  for (const each of digits) {
    const digit = digitOf(each);
    if (digit < 0) return void bytes.fill(0);
    gathered = (gathered << bits) | digit;
    count += bits;
    if (count < 8 || at === length) continue;
    count -= 8;
    bytes[at++] = (gathered >>> count) & 0xff;
    gathered &= (1 << count) - 1;
  }
  return bytes;
}

function hexDigit(byte: number): number {
  const letter = byte | 0x20;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}

const BASE64URL = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');

function base64urlDigit(byte: number): number {
  return BASE64URL.indexOf(byte);
}

function withoutBlanks(text: Buffer): Buffer {
  const isBlank = (byte: number | undefined) => byte !== undefined && byte <= 0x20;
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text[start])) start++;
  while (end > start && isBlank(text[end - 1])) end--;
  return text.subarray(start, end);
}
