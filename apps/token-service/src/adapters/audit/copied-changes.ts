import type { ChangePosition } from '../../core/model/audit-event.ts';

const MARKS = ['"event":"registry.changed"', '"event":"keys.changed"', '"event":"changes.restored"'];

/** How far each stream of changes has got in the chain, by stream. The last line about a stream counts. */
export class CopiedChanges extends Map<string, ChangePosition> {
  /** @param line of the chain, checked */
  see(line: string): void {
    // Nearly every line is about a token, and need not be parsed again.
    if (!MARKS.some((mark) => line.includes(mark))) return;
    const { event, stream, epoch, version } = JSON.parse(line) as ChangePosition & { event: string };
    if (MARKS.includes(`"event":"${event}"`)) this.set(stream, { stream, epoch, version });
  }
}
