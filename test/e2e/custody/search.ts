import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

const CHUNK = 16 * 1024 * 1024;

/** Every form in which 32 secret bytes usually lie around: as they are, in the order of a CPU's words, and as text. */
export function spellingsOf(secret: Buffer): Buffer[] {
  const texts = [secret.toString('hex'), secret.toString('hex').toUpperCase(), secret.toString('base64').slice(0, 42)];
  return [
    secret,
    Buffer.from(secret).reverse(),
    ...[...texts, secret.toString('base64url').slice(0, 42)].map((text) => Buffer.from(text)),
  ];
}

/** @returns the files below a folder that hold one of the needles */
export function filesWith(folder: string, needles: readonly Buffer[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => holds(contentOf(path), needles));
}

/** A service that runs has files for a moment only, as the journal of a lock is. */
function contentOf(path: string): Buffer {
  try {
    return statSync(path).isFile() ? readFileSync(path) : Buffer.alloc(0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/**
 * All of a process's memory that it can read itself: what a core would hold.
 * @returns how much was searched, in bytes, and in how many places a needle was found
 */
export function searchMemory(pid: number, needles: readonly Buffer[]): { searched: number; found: number } {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const buffer = Buffer.alloc(CHUNK);
  const overlap = Math.max(...needles.map(({ length }) => length)) - 1;
  let [searched, found] = [0, 0];
  for (const [begin, end] of readableRanges(pid)) {
    for (let at = begin; at < end; at += CHUNK - overlap) {
      const length = readAt(memory, buffer, at, Math.min(CHUNK, end - at));
      searched += length;
      if (holds(buffer.subarray(0, length), needles)) found++;
      if (length < CHUNK) break;
    }
  }
  closeSync(memory);
  return { searched, found };
}

function readableRanges(pid: number): [number, number][] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, begin = '', end = ''] = /^([0-9a-f]+)-([0-9a-f]+) r/.exec(line) ?? [];
      return begin === '' || line.endsWith('[vvar]')
        ? []
        : [[parseInt(begin, 16), parseInt(end, 16)] as [number, number]];
    });
}

/** A range may be given back while it is read. */
function readAt(file: number, buffer: Buffer, position: number, length: number): number {
  try {
    return readSync(file, buffer, 0, length, position);
  } catch {
    return 0;
  }
}

function holds(bytes: Buffer, needles: readonly Buffer[]): boolean {
  return needles.some((needle) => bytes.includes(needle));
}
