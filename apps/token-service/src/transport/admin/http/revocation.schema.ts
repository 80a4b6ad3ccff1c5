import { REVOCATION_KINDS } from '@mintmark/contract';
import { z } from 'zod';
import { instant, nextCursor, plan } from './wire-parts.schema.ts';

const seconds = z.number();

export const RevokeBody = z.strictObject({
  action: z
    .enum(['revoke', 'admit'])
    .default('revoke')
    .meta({ description: 'admit: accept again what the client is issued from now on.' }),
  kind: z.enum(['token', 'client']),
  id: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, 'the jti of a token, or the id of a client')
    .meta({ description: 'The jti of a token, never the token itself; or the id of a client.' }),
  reason: z.string().min(1).max(200).optional().meta({ description: 'For the audit trail.' }),
  plan,
});
export type RevokeBody = z.output<typeof RevokeBody>;

export const RevocationBody = z.object({
  kind: z.enum(['token', 'client']),
  id: z.string(),
  planned: z.boolean(),
  until: instant.nullable().meta({ description: 'null: nothing of it is refused.' }),
  issued_before: instant.nullable().meta({ description: 'Only what was issued before is refused; null: everything.' }),
  bounds: z.object({
    watching_seconds: seconds,
    polling_seconds: seconds,
    behind_cut_off_replica_seconds: seconds,
  }),
});
export type RevocationBody = z.output<typeof RevocationBody>;

export const RevocationListBody = z.object({
  revocations: z.array(
    z.object({
      kind: z.enum(REVOCATION_KINDS),
      id: z.string(),
      revoked_at: instant,
      until: instant,
      issued_before: instant.nullable(),
      by_client: z.string().nullable().meta({ description: 'The client that gave the token back itself.' }),
      sequence: z.number(),
    }),
  ),
  next_cursor: nextCursor,
});
export type RevocationListBody = z.output<typeof RevocationListBody>;
