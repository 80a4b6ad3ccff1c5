import { z } from 'zod';
import { camelCased } from './camel-case.ts';
import { instant } from './parts.schema.ts';

/** A line of the audit file as it is: its members keep their names. */
const line = z.looseObject({ seq: z.number(), event: z.string(), time: z.string() });

const verification = z.object({
  ok: z.boolean(),
  lines: z.number(),
  last_seq: z.number(),
  anchored_seq: z.number(),
  anchored_at: instant.nullable(),
  first_bad: z.object({ line: z.number(), problem: z.string() }).nullable(),
});

export const auditTailSchema = z
  .object({ events: z.array(line), last_seq: z.number() })
  .transform(({ events, last_seq: lastSeq }) => ({ events, lastSeq }));
export const auditVerificationSchema = verification.transform(camelCased);

export type AuditTail = z.output<typeof auditTailSchema>;
export type AuditLine = AuditTail['events'][number];
export type AuditVerification = z.output<typeof auditVerificationSchema>;
