import type { AuditEvent, ChangePosition } from '../../core/model/audit-event.ts';

const EVENTS = ['registry.changed', 'keys.changed', 'revocations.changed', 'changes.restored'];
const OF_EVERY_STREAM = 'changes.copied';
/** Nearly every line is about a token, and need not be parsed again. */
const MARKS = ['"stream":"', `"${OF_EVERY_STREAM}"`].map((mark) => Buffer.from(mark));

/** How far each stream of changes has got in the chain, by stream. The last line about a stream counts. */
export class CopiedChanges extends Map<string, ChangePosition> {
  #complete = false;

  /** Whether a line was seen that says it of every stream. */
  get complete(): boolean {
    return this.#complete;
  }

  wrote(event: AuditEvent): void {
    if ('stream' in event) this.#reached(event);
  }

  /** @param line of the chain, the oldest first */
  see(line: Buffer): void {
    for (const change of changesIn(line).positions) this.#reached(change);
  }

  /** @param line of the chain, the newest first */
  seeOlder(line: Buffer): void {
    const { positions, every } = changesIn(line);
    for (const change of positions) if (!this.has(change.stream)) this.#reached(change);
    this.#complete ||= every;
  }

  #reached({ stream, epoch, version }: ChangePosition): void {
    this.set(stream, { stream, epoch, version });
  }
}

interface Changes {
  readonly positions: readonly ChangePosition[];
  /** Whether there is nothing to know of other streams. */
  readonly every: boolean;
}

const NONE: Changes = { positions: [], every: false };

function changesIn(line: Buffer): Changes {
  if (!MARKS.some((mark) => line.includes(mark))) return NONE;
  try {
    const parsed = JSON.parse(line.toString('utf8')) as ChangePosition & {
      event: string;
      positions?: ChangePosition[];
    };
    const { event, positions = [] } = parsed;
    if (event === OF_EVERY_STREAM) return { positions: [...positions], every: true };
    return EVENTS.includes(event) ? { positions: [parsed], every: false } : NONE;
  } catch {
    return NONE; // an altered line, for the verification of the chain to name
  }
}
