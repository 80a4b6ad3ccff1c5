import type { FileHandle } from 'node:fs/promises';

export const NEWLINE = 0x0a;

/**
 * The lines between two bytes of a file, each without its newline. Only that one byte ends a line: a carriage return or
 * U+2028 in it, which other readers take for an end, is part of it and of its hash.
 */
export async function* linesOf(file: FileHandle, { from, to }: { from: number; to: number }): AsyncGenerator<Buffer> {
  if (from >= to) return;
  let rest = Buffer.alloc(0);
  for await (const chunk of file.createReadStream({ start: from, end: to - 1, autoClose: false })) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    let begin = 0;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, begin)) {
      yield bytes.subarray(begin, at);
      begin = at + 1;
    }
    rest = bytes.subarray(begin);
  }
}
