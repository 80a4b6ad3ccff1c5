// What the audit file says, read by the proof itself: bytes, lines that end, JSON.
import { readFileSync } from 'node:fs';

const NEWLINE = 0x0a;

/** Complete lines, each without its newline. */
export function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0, end = 0; (end = bytes.indexOf(NEWLINE, start)) >= 0; start = end + 1)
    lines.push(bytes.subarray(start, end));
  return lines;
}

export interface Records {
  /** How many lines each issued token has. */
  readonly issued: ReadonlyMap<string, number>;
  readonly lines: number;
  /** The file ends in a line without its newline. */
  readonly torn: boolean;
}

export function readRecords(file: string): Records {
  const bytes = readFileSync(file);
  const lines = linesOf(bytes);
  const issued = new Map<string, number>();
  for (const line of lines) {
    const { event, jti } = JSON.parse(line.toString()) as { event?: string; jti?: string };
    if (event === 'token.issued' && jti !== undefined) issued.set(jti, (issued.get(jti) ?? 0) + 1);
  }
  return { issued, lines: lines.length, torn: bytes.length > 0 && bytes.at(-1) !== NEWLINE };
}
