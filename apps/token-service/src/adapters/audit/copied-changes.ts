import type { ChangePosition } from '../../core/model/audit-event.ts';

const EVENTS = ['registry.changed', 'keys.changed', 'revocations.changed', 'changes.restored'];
/** Nearly every line is about a token, and need not be parsed again. */
const MARK = Buffer.from('"stream":"');

/** How far each stream of changes has got in the chain, by stream. The last line about a stream counts. */
export class CopiedChanges extends Map<string, ChangePosition> {
  /** @param line of the chain, the oldest first */
  see(line: Buffer): void {
    const change = changeIn(line);
    if (change) this.set(change.stream, change);
  }

  /** @param line of the chain, the newest first */
  seeOlder(line: Buffer): void {
    const change = changeIn(line);
    if (change && !this.has(change.stream)) this.set(change.stream, change);
  }
}

function changeIn(line: Buffer): ChangePosition | undefined {
  if (!line.includes(MARK)) return undefined;
  try {
    const { event, stream, epoch, version } = JSON.parse(line.toString('utf8')) as ChangePosition & { event: string };
    return EVENTS.includes(event) ? { stream, epoch, version } : undefined;
  } catch {
    return undefined; // an altered line, for the verification of the chain to name
  }
}
