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

/** The first line of those before a byte that a newline ends. */
export async function firstLine(file: FileHandle, to: number): Promise<Buffer> {
  for (let size = 64 * 1024; ; size *= 2) {
    const piece = Buffer.alloc(Math.min(size, to));
    await file.read(piece, 0, piece.length, 0);
    const at = piece.indexOf(NEWLINE);
    if (at >= 0 || size >= to) return piece.subarray(0, at);
  }
}

export interface PlacedLine {
  readonly line: Buffer;
  /** Offset just behind its newline. */
  readonly end: number;
}

const PIECE = 1024 * 1024;

/** The lines before a byte that a newline ends, the last first; those of one piece of the file at a time. */
export async function* linesBackwards(file: FileHandle, to: number): AsyncGenerator<readonly PlacedLine[]> {
  /** The end of a line whose beginning is in a piece not read yet. */
  let rest = Buffer.alloc(0);
  for (let end = to; end > 0; end -= PIECE) {
    const start = Math.max(0, end - PIECE);
    const piece = Buffer.alloc(end - start);
    await file.read(piece, 0, piece.length, start);
    const bytes = Buffer.concat([piece, rest]);
    const lines: PlacedLine[] = [];
    let behind = bytes.length;
    for (let at = newlineBefore(bytes, behind); at >= 0; at = newlineBefore(bytes, behind)) {
      lines.push({ line: bytes.subarray(at + 1, behind - 1), end: start + behind });
      behind = at + 1;
    }
    rest = bytes.subarray(0, behind);
    if (start === 0) lines.push({ line: bytes.subarray(0, behind - 1), end: behind });
    yield lines;
  }
}

/** The one that ends the line before the last. */
function newlineBefore(bytes: Buffer, behind: number): number {
  return behind < 2 ? -1 : bytes.lastIndexOf(NEWLINE, behind - 2);
}

/** Offset just behind the last newline, found from the end. */
export async function endOfLastLine(file: FileHandle, size: number): Promise<number> {
  const chunk = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0; end -= chunk.length) {
    const start = Math.max(0, end - chunk.length);
    const { bytesRead } = await file.read(chunk, 0, end - start, start);
    const at = chunk.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (at >= 0) return start + at + 1;
  }
  return 0;
}
