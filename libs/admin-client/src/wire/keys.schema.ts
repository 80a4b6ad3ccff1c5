import { z } from 'zod';
import { camelCased } from './camel-case.ts';
import { instant } from './parts.schema.ts';

const key = z.object({
  kid: z.string().nullable(),
  algorithm: z.string(),
  state: z.string(),
  created_at: instant,
  published_at: instant.nullable(),
  activated_at: instant.nullable(),
  sign_not_after: instant.nullable(),
  verify_until: instant.nullable(),
  latest_expiry: instant.nullable(),
  tokens_until: instant.nullable(),
  token_holders: z.number(),
  held_by: z.number().nullable(),
  next: z.object({ transition: z.string(), not_before: instant, waits_for: z.string().nullable() }).nullable(),
});

const verifier = z.object({ client: z.string(), resource: z.string(), instance: z.string() });
const laggards = z.array(verifier.extend({ kid: z.string() }));
const more = { more_laggards: z.number() };
const verifiers = z.object({ watching: z.number(), foreign: z.string(), laggards, ...more });

const ring = z.object({
  ring: z.string(),
  epoch: z.number(),
  version: z.number(),
  keys: z.array(key),
  verifiers: verifiers.nullable(),
  sightings: z.array(z.object({ epoch: z.number(), version: z.number(), count: z.number(), last_seen: instant })),
});

const seen = z.array(verifier.extend({ heard_at: instant }));

const users = z.object({
  ring: z.string(),
  kid: z.string(),
  state: z.string(),
  tokens_until: instant.nullable(),
  token_holders: z.number(),
  clients: z.array(z.object({ client: z.string(), until: instant })),
  foreign: z.string(),
  watching: z.number(),
  holding: z.number(),
  holders: seen,
  others: seen,
});

const timeline = z.array(
  z.object({ at: instant, transition: z.string(), kid: z.string().nullable(), why: z.string() }),
);

const ringPlan = z.object({ ring: z.string(), version: z.number(), timeline, laggards, ...more });

const rotation = z.object({
  ring: z.string(),
  algorithm: z.string(),
  planned: z.boolean(),
  active_kid: z.string().nullable(),
  retired_kid: z.string().nullable(),
  retired_tokens_until: instant.nullable(),
  version: z.number(),
  timeline,
  refusal: z.object({ code: z.string(), not_before: instant, waits_for: z.string(), laggards }).nullable(),
});

const compromise = z.object({
  planned: z.boolean(),
  scope: z.string(),
  custody: z.array(z.string()).default([]),
  witnessed: z.boolean().nullable(),
  rings: z.array(
    z.object({
      ring: z.string(),
      epoch: z.number(),
      version: z.number(),
      compromised: z.array(
        z.object({ kid: z.string(), algorithm: z.string(), state: z.string(), latest_expiry: instant.nullable() }),
      ),
      successions: z.array(
        z.object({
          algorithm: z.string(),
          by: z.string(),
          kid: z.string().nullable(),
          signs_from: instant,
          overrides: z.boolean(),
        }),
      ),
    }),
  ),
  bounds: z.object({
    stream_seconds: z.number(),
    polling_seconds: z.number(),
    cut_off_seconds: z.number(),
    foreign_seconds: z.number(),
  }),
});

const holdings = z.object({
  ring: z.string(),
  epoch: z.number(),
  version: z.number(),
  verifiers: z.number(),
  holding: z.number(),
  missing: z.array(z.string()),
});

export const keyStatusSchema = z.object({ rings: z.array(ring) }).transform(camelCased);
export const keyPlanSchema = z.object({ rings: z.array(ringPlan) }).transform(camelCased);
export const keyUsersSchema = users.transform(camelCased);
export const rotationSchema = rotation.transform(camelCased);
export const compromiseSchema = compromise.transform(camelCased);
export const holdingsSchema = z.object({ rings: z.array(holdings) }).transform(camelCased);

export type KeyStatus = z.output<typeof keyStatusSchema>;
export type KeyUsers = z.output<typeof keyUsersSchema>;
export type Laggard = NonNullable<KeyStatus['rings'][number]['verifiers']>['laggards'][number];
export type KeyRingView = KeyStatus['rings'][number];
export type KeyView = KeyRingView['keys'][number];
export type Rotation = z.output<typeof rotationSchema>;
export type KeyPlan = z.output<typeof keyPlanSchema>;
export type TimelineEntry = Rotation['timeline'][number];
export type Compromise = z.output<typeof compromiseSchema>;
export type KeyHoldings = z.output<typeof holdingsSchema>;
