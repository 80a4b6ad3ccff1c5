import { randomUUID } from 'node:crypto';
import { constants, lstat, open, type FileHandle } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditEvent, ChainBegun } from '../../core/model/audit-event.ts';
import { RequestError } from '../../core/model/errors.ts';
import type { AuditLog } from '../../core/ports/audit-log.ts';
import type { AuditAnchor } from '../../core/ports/audit-trail.ts';
import { nextLine, type ChainPosition } from './audit-chain.ts';
import { NOTHING_KNOWN, POSITIONS_EVERY_LINES, readChainEnd, type ChainEnd, type KnownChain } from './chain-end.ts';
import type { CopiedChanges } from './copied-changes.ts';

/** The audit file cannot be used at all. */
export class AuditFileError extends Error {
  constructor(path: string, cause: unknown) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    super(
      `The audit file ${path} cannot be opened for writing (${reason}). Make it a file of this user, or move it away.`,
      {
        cause,
      },
    );
    this.name = 'AuditFileError';
  }
}

/** Without requests nothing is written, so without forgetting a failure would keep all requests away for good. */
const FORGET_MILLIS = 5_000;

interface Opened {
  readonly path: string;
  readonly file: FileHandle;
  readonly end: ChainEnd;
  /** The end of the chain before this one. */
  readonly follows: AuditAnchor | undefined;
  readonly onFailure: (error: unknown) => void;
}

interface Waiting {
  readonly event: AuditEvent;
  readonly resolve: () => void;
  readonly reject: (error: RequestError) => void;
}

/**
 * One file of JSON lines, each carrying the hash of the line before it. All events that wait together are written and
 * flushed to disk by one `fdatasync`, so the cost of durability is shared by the requests that are in flight.
 */
export class AuditFile implements AuditLog {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #onFailure: (error: unknown) => void;
  /** How far the database's record of changes is in the chain. */
  readonly copied: CopiedChanges;
  readonly #follows: AuditAnchor | undefined;
  #position: ChainPosition;
  /** Hash of the first line. */
  #chain: string | undefined;
  /** Bytes known to be durable. */
  #durableBytes: number;
  /** A write failed half-way: what lies behind the durable bytes was promised to nobody and is cut off before the next. */
  #torn = false;
  /** Why the last batch could not be written. */
  #trouble: { readonly reason: string; readonly at: number } | undefined;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;

  private constructor({ path, file, end, follows, onFailure }: Opened) {
    this.#path = path;
    this.#file = file;
    this.#follows = follows;
    this.#position = end.position;
    this.#chain = end.chain;
    this.copied = end.copied;
    this.#durableBytes = end.bytes;
    this.#onFailure = onFailure;
  }

  /**
   * Opens or creates the file (mode 0600) and finds its end. A last line that a crash left torn is cut off: no one had been
   * answered on the strength of it.
   * @param onFailure told of each write that failed; the requests concerned get AUDIT_UNAVAILABLE
   * @param known spares the reading of what lies before the newest anchor
   * @throws AuditChainError naming the first line, of those that were read, at which the chain is broken
   */
  static async open(
    path: string,
    onFailure: (error: unknown) => void,
    known: KnownChain = NOTHING_KNOWN,
  ): Promise<AuditFile> {
    const file = await openOwn(path);
    try {
      const end = await readChainEnd(path, known);
      await file.truncate(end.bytes);
      return new AuditFile({ path, file, end, follows: known.anchors.at(-1), onFailure });
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  append(event: AuditEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ event, resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  /** Where the chain has durably got to; `undefined` before its first line. */
  position(): Omit<AuditAnchor, 'at'> | undefined {
    return this.#chain === undefined ? undefined : { chain: this.#chain, ...this.#position };
  }

  /** Whether records can be written, as far as the last attempt says; after a while only another one can tell. */
  readiness(): { readonly ready: true } | { readonly ready: false; readonly reasons: readonly string[] } {
    if (!this.#trouble || performance.now() - this.#trouble.at > FORGET_MILLIS) return { ready: true };
    return { ready: false, reasons: [`the audit record could not be written: ${this.#trouble.reason}`] };
  }

  /** Waits for what is being written, then closes the file. */
  async close(): Promise<void> {
    await this.#flushing;
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    await nextTurn(); // let the requests that are at hand join the first batch
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#write(batch.map(({ event }) => event));
        this.#trouble = undefined;
        // Each in a turn of its own: a token then leaves right after its last check, however many waited with it.
        for (const { resolve } of batch) setImmediate(resolve);
      } catch (cause) {
        this.#trouble = { reason: cause instanceof Error ? cause.message : String(cause), at: performance.now() };
        this.#onFailure(cause);
        for (const { reject } of batch) reject(unavailable(cause));
      }
    }
    this.#flushing = undefined;
  }

  /** A record in a file that nobody can find is none. One that was altered is for `audit verify` to tell. */
  async #demandStillThere(): Promise<void> {
    const [own, there] = await Promise.all([this.#file.stat(), lstat(this.#path).catch(() => undefined)]);
    if (there && there.dev === own.dev && there.ino === own.ino) return;
    throw new Error(
      `the audit file is not at ${this.#path} any more: move it back, or restart the service for a new one`,
    );
  }

  async #write(events: readonly AuditEvent[]): Promise<void> {
    let position = this.#position;
    let chain = this.#chain;
    const lines = this.#withOwn(events).map((event) => {
      const next = nextLine(position, event);
      position = next.position;
      chain ??= position.hash;
      return `${next.line}\n`;
    });
    const bytes = Buffer.from(lines.join(''), 'utf8');
    if (this.#torn) await this.#file.truncate(this.#durableBytes);
    await this.#demandStillThere();
    this.#torn = true;
    await this.#file.appendFile(bytes);
    await this.#file.datasync();
    this.#torn = false;
    this.#position = position;
    this.#chain = chain;
    this.#durableBytes += bytes.length;
    for (const event of events) this.copied.wrote(event);
  }

  /** The events, and before them what the chain says of itself. */
  #withOwn(events: readonly AuditEvent[]): readonly AuditEvent[] {
    const { seq } = this.#position;
    const time = new Date();
    if (seq === 0) return [{ event: 'chain.begun', time, id: randomUUID(), ...this.#before() }, ...events];
    const passed = (line: number) => Math.floor(line / POSITIONS_EVERY_LINES);
    if (passed(seq) === passed(seq + events.length)) return events;
    return [{ event: 'changes.copied', time, positions: [...this.copied.values()] }, ...events];
  }

  #before(): Pick<ChainBegun, 'follows'> {
    if (!this.#follows) return {};
    const { chain, seq, hash } = this.#follows;
    return { follows: { chain, seq, hash } };
  }
}

/** Not through a link, and for its owner alone, even if it was there before. */
async function openOwn(path: string): Promise<FileHandle> {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;
  try {
    const file = await open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
    if (!(await file.stat()).isFile()) throw new Error('it is no file');
    await file.chmod(0o600);
    return file;
  } catch (error) {
    throw new AuditFileError(path, error);
  }
}

function unavailable(cause: unknown): RequestError {
  return new RequestError(
    'AUDIT_UNAVAILABLE',
    'The audit record could not be written, so nothing was issued or changed. Retry later.',
    {
      cause: String(cause),
    },
  );
}
