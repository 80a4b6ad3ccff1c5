// What somebody who can write to the audit file may do to it. Each mutation is of whole bytes; what is made of them is for the
// verification to find.
import { createHash, randomInt } from 'node:crypto';
import { linesOf } from './records.ts';

/** The file before, as its author left it. */
export class Original {
  readonly bytes: Buffer;
  readonly lines: readonly Buffer[];

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.lines = linesOf(bytes);
  }

  /** @param number of the line, from 1 */
  line(number: number): Buffer {
    const line = this.lines[number - 1];
    if (!line) throw new RangeError(`the audit file has no line ${number}`);
    return line;
  }
}

type Mutate = (original: Original) => Buffer;

export const MUTATIONS: Readonly<Record<string, Mutate>> = {
  'a byte changed': changeByte,
  'a line deleted': (original) => edit(original, (lines, at) => lines.splice(at, 1)),
  'lines deleted at the beginning': ({ lines }) => fileOf(lines.slice(randomInt(1, lines.length))),
  'a line duplicated': (original) => edit(original, (lines, at) => lines.splice(place(lines), 0, pick(lines, at))),
  'two lines exchanged': exchange,
  'the end cut off, at any byte': ({ bytes }) => bytes.subarray(0, randomInt(bytes.length)),
  'the end cut off, whole lines': ({ lines }) => fileOf(lines.slice(0, randomInt(lines.length))),
  'a forged line behind the end, not chained': (original) =>
    fileOf([...original.lines, forge(original, original.lines.length, 'stale')]),
  'a forged line between two, rightly chained': insertForged,
  'all rewritten from a line on, rightly chained': rewrite,
  'a line that is JSON and no record': (original) =>
    edit(original, (lines, at) => (lines[at] = Buffer.from(NO_RECORDS[randomInt(NO_RECORDS.length)] ?? 'null'))),
  'the same JSON written otherwise': (original) => edit(original, (lines, at) => (lines[at] = reformat(lines, at))),
  'a line end written otherwise': changeLineEnd,
};

const NO_RECORDS = ['null', 'true', '7', '"seq"', '[]', '{}', '{"seq":{"toString":1}}'];

function changeByte({ bytes }: Original): Buffer {
  const changed = Buffer.from(bytes);
  const at = randomInt(bytes.length);
  changed.writeUInt8(changed.readUInt8(at) ^ randomInt(1, 256), at);
  return changed;
}

function exchange(original: Original): Buffer {
  return edit(original, (lines, one) => {
    const other = (one + randomInt(1, lines.length)) % lines.length;
    [lines[one], lines[other]] = [pick(lines, other), pick(lines, one)];
  });
}

function insertForged(original: Original): Buffer {
  const after = randomInt(1, original.lines.length);
  return fileOf(original.lines.toSpliced(after, 0, forge(original, after, 'chained')));
}

/** Another client's name on one line, and every hash behind it made to fit. */
function rewrite(original: Original): Buffer {
  const from = randomInt(original.lines.length);
  const lines = original.lines.slice(0, from);
  for (const line of original.lines.slice(from)) {
    const changes = lines.length === from ? { client: 'mallory' } : {};
    lines.push(json({ ...fieldsOf(line), prev: lines.length === 0 ? 'genesis' : hashOf(lines.at(-1)!), ...changes }));
  }
  return fileOf(lines);
}

const LINE_ENDS = ['\r', '\r\n', '\u2028', '\u2029', '\u0085', '\n\n'];

function changeLineEnd({ lines }: Original): Buffer {
  const at = randomInt(lines.length);
  const end = LINE_ENDS[randomInt(LINE_ENDS.length)] ?? '\r';
  return Buffer.concat(lines.flatMap((line, index) => [line, Buffer.from(index === at ? end : '\n')]));
}

/** A line that says what never happened, as number `after` + 1. */
function forge(original: Original, after: number, how: 'chained' | 'stale'): Buffer {
  const prev = hashOf(original.line(how === 'chained' ? after : randomInt(1, after)));
  const jti = createHash('sha256').update(String(after)).digest('base64url').slice(0, 22);
  return json({ ...fieldsOf(original.line(after)), seq: after + 1, prev, client: 'mallory', jti });
}

/** @returns the forged line that would follow the last one */
export function forgedSuccessor(original: Original): Buffer {
  return fileOf([forge(original, original.lines.length, 'chained')]);
}

function reformat(lines: readonly Buffer[], at: number): Buffer {
  const { seq, prev, ...event } = fieldsOf(pick(lines, at));
  return json({ prev, seq, ...event });
}

function edit({ lines }: Original, change: (lines: Buffer[], at: number) => unknown): Buffer {
  const edited = [...lines];
  change(edited, randomInt(lines.length));
  return fileOf(edited);
}

function pick(lines: readonly Buffer[], at: number): Buffer {
  return lines[at] ?? Buffer.alloc(0);
}

function place(lines: readonly Buffer[]): number {
  return randomInt(lines.length + 1);
}

export function fileOf(lines: readonly Buffer[]): Buffer {
  return Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
}

function json(fields: object): Buffer {
  return Buffer.from(JSON.stringify(fields));
}

export function fieldsOf(line: Buffer): Record<string, unknown> {
  return JSON.parse(line.toString()) as Record<string, unknown>;
}

export function hashOf(line: Buffer): string {
  return createHash('sha256').update(line).digest('base64url');
}
