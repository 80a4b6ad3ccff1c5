import { open, type FileHandle } from 'node:fs/promises';
import type { AuditAnchor, AuditLine, AuditTail, AuditTrail, AuditVerification } from '../../core/ports/audit-trail.ts';
import { follow, START } from './audit-chain.ts';
import { endOfLastLine, linesOf } from './lines.ts';

/** Every so many lines the place in the file is remembered, so that a reader who follows does not start anew each time. */
const CHECKPOINT_LINES = 512;

/** Reads the audit file while it is being written. A last line without its newline is not there yet. */
export class AuditReader implements AuditTrail {
  readonly #path: string;
  readonly #durableSeq: () => number;
  /** Byte at which the line after `seq` begins. */
  readonly #checkpoints: Checkpoint[] = [BEGINNING];

  /** @param durableSeq what lies behind it may yet be taken back, and is shown to nobody */
  constructor(path: string, durableSeq: () => number) {
    this.#path = path;
    this.#durableSeq = durableSeq;
  }

  async tail({ after, limit }: { after?: number; limit: number }): Promise<AuditTail> {
    const newest: AuditLine[] = [];
    const durable = this.#durableSeq();
    const from = this.#checkpointAt(after ?? this.#checkpoints.at(-1)!.seq - limit);
    let lastSeq = from.seq;
    for await (const { seq, line, end } of this.#lines(from)) {
      if (seq > durable) break;
      lastSeq = seq;
      this.#remember(seq, end);
      if (after === undefined) newest.splice(0, newest.length >= limit ? 1 : 0);
      if (newest.length < limit && seq > (after ?? 0)) newest.push({ seq, line });
    }
    return { lines: newest, lastSeq };
  }

  async verify(anchors: readonly AuditAnchor[]): Promise<AuditVerification> {
    let position = START;
    let chain: string | undefined;
    let firstBad: AuditVerification['firstBad'] = null;
    let expected = new Map<number, string>();
    for await (const { bytes } of this.#lines(BEGINNING)) {
      const next = follow(position, bytes);
      if ('fault' in next) {
        firstBad = { line: position.seq + 1, problem: next.fault };
        break;
      }
      if (chain === undefined) {
        chain = next.hash;
        expected = hashesOf(chain, anchors);
      }
      if ((expected.get(next.seq) ?? next.hash) !== next.hash) {
        firstBad = {
          line: next.seq,
          problem: 'is not the line that was written there: the end was cut off and written anew',
        };
        break;
      }
      position = next;
    }
    const own = anchors.filter((anchor) => anchor.chain === chain);
    const highest = own.reduce<AuditAnchor | undefined>((a, b) => (a && a.seq > b.seq ? a : b), undefined);
    firstBad ??= cutOff(position.seq, { chain, anchors, highest });
    return {
      ok: firstBad === null,
      lines: position.seq,
      lastSeq: position.seq,
      anchoredSeq: highest?.seq ?? 0,
      anchoredAt: highest?.at ?? null,
      firstBad,
    };
  }

  /** The last one that is no further than `after`. */
  #checkpointAt(after: number): Checkpoint {
    return this.#checkpoints.findLast(({ seq }) => seq <= after) ?? BEGINNING;
  }

  /** Complete lines behind a checkpoint. */
  async *#lines(from: Checkpoint): AsyncGenerator<PlacedLine> {
    const file = await open(this.#path, 'r');
    try {
      yield* this.#linesOf(file, from);
    } finally {
      await file.close();
    }
  }

  async *#linesOf(file: FileHandle, from: Checkpoint): AsyncGenerator<PlacedLine> {
    const end = await endOfLastLine(file, (await file.stat()).size);
    let { seq, byte } = from;
    for await (const bytes of linesOf(file, { from: byte, to: end })) {
      seq++;
      byte += bytes.length + 1;
      yield { seq, line: bytes.toString('utf8'), bytes, end: byte };
    }
  }

  #remember(seq: number, byte: number): void {
    if (seq % CHECKPOINT_LINES === 0 && seq > this.#checkpoints.at(-1)!.seq) this.#checkpoints.push({ seq, byte });
  }
}

interface Checkpoint {
  readonly seq: number;
  readonly byte: number;
}

const BEGINNING: Checkpoint = { seq: 0, byte: 0 };

interface PlacedLine extends AuditLine {
  readonly bytes: Buffer;
  /** Byte just behind it and its newline. */
  readonly end: number;
}

function hashesOf(chain: string, anchors: readonly AuditAnchor[]): Map<number, string> {
  return new Map(anchors.filter((anchor) => anchor.chain === chain).map(({ seq, hash }) => [seq, hash]));
}

interface Reach {
  readonly chain: string | undefined;
  readonly anchors: readonly AuditAnchor[];
  readonly highest: AuditAnchor | undefined;
}

function cutOff(lastSeq: number, { chain, anchors, highest }: Reach): AuditVerification['firstBad'] {
  if (highest && highest.seq > lastSeq) return { line: lastSeq + 1, problem: missing(highest) };
  const newest = anchors.at(-1);
  // No line at all, or a chain that began anew behind the one the database remembers.
  if (newest && newest.chain !== chain) {
    return {
      line: 1,
      problem: `is not the first line of the chain that reached line ${newest.seq} at ${newest.at.toISOString()}`,
    };
  }
  return null;
}

function missing({ seq, at }: AuditAnchor): string {
  return `is missing: the file ends before it, but had reached line ${seq} at ${at.toISOString()}`;
}
