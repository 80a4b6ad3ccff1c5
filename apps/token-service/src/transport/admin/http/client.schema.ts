import { z } from 'zod';
import { CREDENTIAL_KINDS } from '../../../core/model/client.ts';
import { entityId, instant, nextCursor, plan } from './wire-parts.schema.ts';

export const ClientIdParameter = entityId;

const credential = z.strictObject({ kind: z.enum(CREDENTIAL_KINDS) });

/** A generated secret, without anything that would help to use it. */
const secret = z.object({
  id: z.string(),
  created_at: instant,
  expires_at: instant.nullable().meta({ description: 'null: until it is expired.' }),
  last_used_at: instant.nullable().meta({ description: 'null: never yet.' }),
});

export const ClientBody = z.object({
  id: z.string(),
  disabled: z.boolean(),
  credentials: z.array(z.object({ kind: z.enum(CREDENTIAL_KINDS) })),
  secrets: z.array(secret),
});
export type ClientBody = z.output<typeof ClientBody>;

export const ClientListBody = z.object({ clients: z.array(ClientBody), next_cursor: nextCursor });

export const CreateClientBody = z.strictObject({
  id: entityId,
  credentials: z
    .array(credential)
    .min(1)
    .max(8)
    .default([{ kind: 'client_secret' }])
    .meta({ description: 'Ways the client may prove who it is.' }),
  plan,
});
export type CreateClientBody = z.output<typeof CreateClientBody>;

/** Of disable and enable. */
export const ClientActionBody = z.strictObject({ plan }).default({ plan: false });
export type ClientActionBody = z.output<typeof ClientActionBody>;

export const RotateCredentialBody = z
  .strictObject({
    expire_others_after_seconds: z
      .number()
      .int()
      .min(0)
      .max(90 * 86_400)
      .optional()
      .meta({ description: 'How long the other secrets go on; absent: until they are expired.' }),
    replace_secret_id: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, 'the id of a secret, as GET /admin/v1/clients/{id} has it')
      .optional()
      .meta({
        description:
          'Of one that got lost, or is used no more: it is refused at once, and the new one takes its place.',
      }),
    plan,
  })
  .default({ plan: false });
export type RotateCredentialBody = z.output<typeof RotateCredentialBody>;

/** The secret is in this answer and nowhere else, ever. */
export const NewSecretBody = z.object({
  client_id: z.string(),
  secret_id: z.string().nullable().meta({ description: 'null in a plan.' }),
  secret: z.string().nullable().meta({ description: 'Shown this once; null in a plan.' }),
  created_at: instant,
  expires_at: instant.nullable(),
  expires_others_at: instant.nullable(),
});
export type NewSecretBody = z.output<typeof NewSecretBody>;

export const BootstrapBody = z
  .strictObject({ operator: entityId.default('operator') })
  .default({ operator: 'operator' });
export type BootstrapBody = z.output<typeof BootstrapBody>;
