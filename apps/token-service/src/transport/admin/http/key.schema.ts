import { SIGNING_ALGORITHMS } from '@mintmark/contract';
import { z } from 'zod';
import { RING_NAMES } from '../../../core/administration/views.ts';
import { instant, plan } from './wire-parts.schema.ts';

const ring = z.enum(RING_NAMES);
const transition = z.enum(['publish', 'activate', 'deactivate', 'destroy']);

const keyBody = z.object({
  kid: z.string().nullable().meta({ description: 'null while it is being made.' }),
  algorithm: z.enum(SIGNING_ALGORITHMS),
  state: z.enum(['generating', 'published', 'active', 'deactivated', 'compromised', 'destroyed']),
  created_at: instant,
  published_at: instant.nullable(),
  activated_at: instant.nullable(),
  sign_not_after: instant.nullable(),
  verify_until: instant.nullable(),
  latest_expiry: instant.nullable().meta({ description: 'No token that it signed, or will sign, expires later.' }),
  tokens_until: instant.nullable().meta({ description: 'When the last token that it has signed expires.' }),
  token_holders: z.number().meta({ description: 'Clients with a token of it that has not expired.' }),
  held_by: z
    .number()
    .nullable()
    .meta({ description: 'Watching verifiers that have acknowledged it; null: none watch.' }),
  next: z
    .object({
      transition,
      not_before: instant,
      waits_for: z
        .enum(['publish-ahead', 'rotation-period', 'last-token', 'exposure', 'set-size', 'successor'])
        .nullable(),
    })
    .nullable(),
});

const foreign = z
  .enum(['possible', 'none'])
  .meta({ description: 'none: what watching verifiers acknowledge may shorten the time a key waits.' });
const verifier = z.object({ client: z.string(), resource: z.string(), instance: z.string() });
const laggards = z
  .array(verifier.extend({ kid: z.string() }))
  .meta({ description: 'The first few verifiers that have not acknowledged a key that is to sign next.' });
const more_laggards = z.number().meta({ description: 'How many there are beside those that are named.' });

const sightings = z
  .array(z.object({ epoch: z.number(), version: z.number(), count: z.number(), last_seen: instant }))
  .meta({ description: 'Key sets named in If-None-Match at this replica, since it started. Anybody may name any.' });

export const KeyStatusBody = z.object({
  rings: z.array(
    z.object({
      ring,
      epoch: z.number(),
      version: z.number(),
      keys: z.array(keyBody),
      verifiers: z.object({ watching: z.number(), foreign, laggards, more_laggards }).nullable(),
      sightings,
    }),
  ),
});

const seen = z.array(verifier.extend({ heard_at: instant })).meta({ description: 'The first hundred.' });

export const KeyUsersBody = z.object({
  ring,
  kid: z.string(),
  state: keyBody.shape.state,
  tokens_until: keyBody.shape.tokens_until,
  token_holders: keyBody.shape.token_holders,
  clients: z
    .array(z.object({ client: z.string(), until: instant }))
    .meta({ description: 'Those with a token of it that has not expired, and until when: the first hundred.' }),
  foreign,
  watching: z.number(),
  holding: z.number().meta({ description: 'Of those that watch: how many still trust the key.' }),
  holders: seen,
  others: seen,
});
export type KeyUsersBody = z.output<typeof KeyUsersBody>;

export type KeyStatusBody = z.output<typeof KeyStatusBody>;

export const RotateKeysBody = z
  .strictObject({ ring: ring.default('public'), algorithm: z.enum(SIGNING_ALGORITHMS).default('ES256'), plan })
  .default({ ring: 'public', algorithm: 'ES256', plan: false });
export type RotateKeysBody = z.output<typeof RotateKeysBody>;

export const KeyPath = z.strictObject({
  kid: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'a kid, as GET /admin/v1/keys has it'),
});
export type KeyPath = z.output<typeof KeyPath>;

export const KeyActionBody = z.strictObject({ ring: ring.default('public'), plan }).default({
  ring: 'public',
  plan: false,
});
export type KeyActionBody = z.output<typeof KeyActionBody>;

const timeline = z
  .array(z.object({ at: instant, transition, kid: z.string().nullable(), why: z.string() }))
  .meta({ description: 'What happens and when, the earliest first; kid null: a key that is not made yet.' });

export const KeyPlanBody = z.object({
  rings: z.array(z.object({ ring, version: z.number(), timeline, laggards, more_laggards })),
});
export type KeyPlanBody = z.output<typeof KeyPlanBody>;

export const RotationBody = z.object({
  ring,
  algorithm: z.enum(SIGNING_ALGORITHMS),
  planned: z.boolean().meta({ description: 'true: nothing was changed.' }),
  active_kid: z.string().nullable().meta({ description: 'The key that signs afterwards; null: none does.' }),
  retired_kid: z.string().nullable().meta({ description: 'The key that signed before and does no more.' }),
  retired_tokens_until: instant.nullable().meta({
    description: 'Of a plan: when the last token that this key has signed expires; null: it has signed none.',
  }),
  version: z.number().meta({ description: 'Of the key set.' }),
  timeline,
  refusal: z
    .object({
      code: z.string(),
      not_before: instant,
      waits_for: z.enum(['publish-ahead', 'rotation-period', 'last-token', 'exposure', 'set-size', 'successor']),
      laggards,
    })
    .nullable()
    .meta({
      description: 'Of a plan: what it would be refused with now, and from when on not; null: it would be done.',
    }),
});
export type RotationBody = z.output<typeof RotationBody>;

export const CompromiseKeyBody = z.strictObject({
  ring: ring.default('public'),
  scope: z
    .enum(['key', 'custody'])
    .default('key')
    .meta({ description: 'custody: every key under the same key-encryption key or token, in every ring.' }),
  reason: z
    .string()
    .regex(/^[^\p{Cc}]{1,500}$/u, 'why, in 1 to 500 characters on one line')
    .meta({ description: 'Goes into the record.' }),
  without_standby: z
    .enum(['refuse', 'seal', 'fresh-key'])
    .default('refuse')
    .meta({ description: 'What to do if no standby that verifiers hold can take over.' }),
  plan,
});
export type CompromiseKeyBody = z.output<typeof CompromiseKeyBody>;

export const CompromiseBody = z.object({
  planned: z.boolean().meta({ description: 'true: nothing was changed.' }),
  scope: z.enum(['key', 'custody']),
  custody: z
    .array(z.string())
    .meta({ description: 'What is lost as a whole: key-encryption keys, or a token. Empty: the key alone.' }),
  witnessed: z
    .boolean()
    .nullable()
    .meta({ description: 'false: only the database knows of it, so an older backup would bring the keys back.' }),
  rings: z.array(
    z.object({
      ring,
      epoch: z.number(),
      version: z.number(),
      compromised: z.array(
        z.object({
          kid: z.string(),
          algorithm: z.enum(SIGNING_ALGORITHMS),
          state: keyBody.shape.state.meta({ description: 'As it was.' }),
          latest_expiry: instant
            .nullable()
            .meta({ description: 'Tokens that expire until then are refused from now on.' }),
        }),
      ),
      successions: z.array(
        z.object({
          algorithm: z.enum(SIGNING_ALGORITHMS),
          by: z.enum(['standby', 'fresh-key', 'nobody']),
          kid: z.string().nullable(),
          signs_from: instant,
          overrides: z.boolean().meta({ description: 'Before verifiers can be counted on to hold it.' }),
        }),
      ),
    }),
  ),
  bounds: z
    .object({
      stream_seconds: z.number(),
      polling_seconds: z.number(),
      cut_off_seconds: z.number(),
      foreign_seconds: z.number(),
    })
    .meta({ description: 'How long verifiers may still accept the keys.' }),
});
export type CompromiseBody = z.output<typeof CompromiseBody>;

export const HoldingsBody = z.object({
  rings: z.array(
    z.object({
      ring,
      epoch: z.number(),
      version: z.number(),
      verifiers: z.number().meta({ description: 'With a live stream.' }),
      holding: z.number(),
      missing: z.array(z.string()).meta({ description: 'Names of the others, the first hundred.' }),
    }),
  ),
});
export type HoldingsBody = z.output<typeof HoldingsBody>;
