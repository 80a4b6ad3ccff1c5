import { open, type FileHandle } from 'node:fs/promises';
import type { AuditAnchor } from '../../core/ports/audit-trail.ts';
import { follow, hashLine, START, type ChainPosition } from './audit-chain.ts';
import { CopiedChanges } from './copied-changes.ts';
import { endOfLastLine, firstLine, linesBackwards, linesOf } from './lines.ts';

/** The audit file was altered, or is not one. The message names the line. */
export class AuditChainError extends Error {
  constructor(path: string, line: number, fault: string) {
    super(
      `The audit file ${path} is broken: line ${line} ${fault}. ` +
        'Keep it as evidence: move it away, and the service starts a new chain.',
    );
    this.name = 'AuditChainError';
  }
}

/** What is known of the chain apart from the file, so that not all of it has to be read. */
export interface KnownChain {
  readonly anchors: readonly AuditAnchor[];
  /** Streams of changes that the chain should have lines about. */
  readonly streams: readonly string[];
}

export const NOTHING_KNOWN: KnownChain = { anchors: [], streams: [] };

export interface ChainEnd {
  readonly position: ChainPosition;
  /** Hash of the first line. */
  readonly chain: string | undefined;
  readonly copied: CopiedChanges;
  /** Of whole lines; what lies behind them is torn. */
  readonly bytes: number;
}

/** Every so many lines the chain says how far it has got with the changes: what a start reads back at most to learn it. */
export const POSITIONS_EVERY_LINES = 10_000;

/**
 * Finds where the chain has got to. Lines behind the newest anchor are followed to the end, and without an anchor all are;
 * whether those before it are as they were written is for the verification of the whole chain to say.
 * @throws AuditChainError naming the first line, of those, at which the chain is broken
 */
export async function readChainEnd(path: string, known: KnownChain): Promise<ChainEnd> {
  const file = await open(path, 'r');
  try {
    const bytes = await endOfLastLine(file, (await file.stat()).size);
    if (bytes === 0) return { position: START, chain: undefined, copied: new CopiedChanges(), bytes };
    const chain = hashLine(await firstLine(file, bytes));
    const own = known.anchors.filter((anchor) => anchor.chain === chain).map(({ seq }) => seq);
    const begun = await backToAnchor(file, bytes, { anchored: Math.max(0, ...own), streams: known.streams });
    const { from, position, copied } = begun ?? { from: 0, position: START, copied: undefined };
    const followed = await followLines(path, linesOf(file, { from, to: bytes }), position);
    return { position: followed.position, chain, copied: copied ?? followed.copied, bytes };
  } finally {
    await file.close();
  }
}

interface Sought {
  /** Number of the anchored line. */
  readonly anchored: number;
  readonly streams: readonly string[];
}

interface Begun {
  /** Offset of the line after `position`. */
  readonly from: number;
  readonly position: ChainPosition;
  readonly copied: CopiedChanges;
}

/**
 * Reads from the end until it has met the anchored line, or the last one of a file that was cut off before it, and a line about
 * each stream, or one about all of them.
 * @returns nothing where there is no telling
 */
async function backToAnchor(file: FileHandle, bytes: number, sought: Sought): Promise<Begun | undefined> {
  if (sought.anchored === 0) return undefined;
  const copied = new CopiedChanges();
  let begun: Omit<Begun, 'copied'> | undefined;
  for await (const lines of linesBackwards(file, bytes)) {
    for (const { line, end } of lines) {
      const seq = begun ? 0 : seqOf(line);
      if (seq === undefined) return undefined;
      if (seq <= sought.anchored) begun ??= { from: end, position: { seq, hash: hashLine(line) } };
      copied.seeOlder(line);
    }
    const isKnown = copied.complete || sought.streams.every((stream) => copied.has(stream));
    if (begun && isKnown) return { ...begun, copied };
  }
  return begun && { ...begun, copied };
}

/** As every line begins that was written here. */
function seqOf(line: Buffer): number | undefined {
  const [, digits] = /^\{"seq":([1-9][0-9]{0,15}),/.exec(line.toString('latin1', 0, 32)) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

async function followLines(
  path: string,
  lines: AsyncIterable<Buffer>,
  after: ChainPosition,
): Promise<Pick<ChainEnd, 'position' | 'copied'>> {
  const copied = new CopiedChanges();
  let position = after;
  for await (const line of lines) {
    const next = follow(position, line);
    if ('fault' in next) throw new AuditChainError(path, position.seq + 1, next.fault);
    position = next;
    copied.see(line);
  }
  return { position, copied };
}
