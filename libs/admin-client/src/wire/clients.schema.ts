import { z } from 'zod';
import { camelCased } from './camel-case.ts';
import { instant, nextCursor } from './parts.schema.ts';

const client = z.object({
  id: z.string(),
  disabled: z.boolean(),
  credentials: z.array(z.object({ kind: z.string() })),
  secrets: z.array(
    z.object({
      id: z.string(),
      created_at: instant,
      expires_at: instant.nullable(),
      last_used_at: instant.nullable(),
    }),
  ),
});

const newSecret = z.object({
  client_id: z.string(),
  secret_id: z.string().nullable(),
  secret: z.string().nullable(),
  created_at: instant,
  expires_at: instant.nullable(),
  expires_others_at: instant.nullable(),
});

export const clientSchema = client.transform(camelCased);
export const clientPageSchema = z.object({ clients: z.array(client), next_cursor: nextCursor }).transform(camelCased);
export const newSecretSchema = newSecret.transform(camelCased);

/** A service that makes calls, as operators see it: never with anything that would help to be it. */
export type ClientView = z.output<typeof clientSchema>;
export type ClientPage = z.output<typeof clientPageSchema>;
/** A secret in clear, this once; `null` in a plan. */
export type NewSecret = z.output<typeof newSecretSchema>;
