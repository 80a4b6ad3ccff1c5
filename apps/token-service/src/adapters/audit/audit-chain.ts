import { hash } from 'node:crypto';

/** `prev` of the first line ever. */
export const GENESIS = 'genesis';

/** What links one line to the one before it: SHA-256 of its exact bytes without the newline, base64url. */
export function hashLine(line: string | Uint8Array): string {
  return hash('sha256', line, 'base64url');
}

export interface ChainPosition {
  /** Number of the last line; 0 before the first. */
  readonly seq: number;
  /** Its hash. */
  readonly hash: string;
}

export const START: ChainPosition = { seq: 0, hash: GENESIS };

/** Writes the next line of the chain: `seq` and `prev` first, then the event. */
export function nextLine(after: ChainPosition, event: object): { line: string; position: ChainPosition } {
  const line = JSON.stringify({ seq: after.seq + 1, prev: after.hash, ...event });
  return { line, position: { seq: after.seq + 1, hash: hashLine(line) } };
}

/**
 * Checks that `line` follows `after`.
 * @returns the new position, or what is wrong with the line
 */
export function follow(after: ChainPosition, line: string | Buffer): ChainPosition | { readonly fault: string } {
  const parsed = parseLine(line);
  if (!parsed) return { fault: 'is no JSON object' };
  if (parsed['seq'] !== after.seq + 1) return { fault: `has ${seqIn(parsed)}, expected ${after.seq + 1}` };
  if (parsed['prev'] !== after.hash)
    return { fault: 'does not carry the hash of the line before it: one of the two was altered' };
  return { seq: after.seq + 1, hash: hashLine(line) };
}

/** Whatever lies there: `undefined` unless it is a JSON object. */
export function parseLine(line: string | Buffer): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(line.toString());
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function seqIn({ seq }: Record<string, unknown>): string {
  if (seq === undefined) return 'no seq';
  return typeof seq === 'number' ? `seq ${seq}` : 'a seq that is no number';
}
