import { z } from 'zod';
import type { AuditLine } from '../../../core/ports/audit-trail.ts';
import { instant } from './wire-parts.schema.ts';

export const AuditQuery = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Lines behind this number, the oldest first; absent: the newest ones.' }),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
export type AuditQuery = z.output<typeof AuditQuery>;

const Event = z.looseObject({ seq: z.number(), event: z.string(), time: z.string() });

export const AuditTailBody = z.object({
  events: z.array(Event).meta({
    description:
      'The lines of the audit file, as they are. One that is no event: `line.unreadable`, with its number and its text in `line`.',
  }),
  last_seq: z.number().meta({ description: 'Number of the newest line there is.' }),
});
export type AuditTailBody = z.output<typeof AuditTailBody>;

export const AuditVerificationBody = z.object({
  ok: z.boolean(),
  lines: z.number().meta({ description: 'Good lines, counted from the first.' }),
  last_seq: z.number(),
  anchored_seq: z.number().meta({ description: 'The highest line that the database vouches for; 0: none.' }),
  anchored_at: instant.nullable(),
  first_bad: z
    .object({ line: z.number(), problem: z.string() })
    .nullable()
    .meta({ description: 'null when the chain holds.' }),
});
export type AuditVerificationBody = z.output<typeof AuditVerificationBody>;

export function toTailRequest({ after, limit }: AuditQuery): { after?: number; limit: number } {
  return { limit, ...(after === undefined ? {} : { after }) };
}

/** A line that somebody altered is shown, too: the one who looks is to see it. */
export function toEvent({ seq, line }: AuditLine): AuditTailBody['events'][number] {
  const { data } = Event.safeParse(parsed(line));
  return data ?? { seq, event: 'line.unreadable', time: '', line };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
