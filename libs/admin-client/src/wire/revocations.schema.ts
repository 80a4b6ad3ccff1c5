import { z } from 'zod';
import { camelCased } from './camel-case.ts';
import { instant } from './parts.schema.ts';

const revoked = z.object({
  kind: z.string(),
  id: z.string(),
  revoked_at: instant,
  until: instant,
  issued_before: instant.nullable(),
  by_client: z.string().nullable(),
  sequence: z.number(),
});

export const revocationPageSchema = z
  .object({ revocations: z.array(revoked), next_cursor: z.string().nullable() })
  .transform(camelCased);

export const revocationSchema = z
  .object({
    kind: z.string(),
    id: z.string(),
    planned: z.boolean(),
    until: instant.nullable(),
    issued_before: instant.nullable(),
    bounds: z.object({
      watching_seconds: z.number(),
      polling_seconds: z.number(),
      behind_cut_off_replica_seconds: z.number(),
    }),
  })
  .transform(camelCased);

export type RevocationPage = z.output<typeof revocationPageSchema>;
export type Revocation = z.output<typeof revocationSchema>;
