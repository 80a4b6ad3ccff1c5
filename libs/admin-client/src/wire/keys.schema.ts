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
  next: z.object({ transition: z.string(), not_before: instant, waits_for: z.string().nullable() }).nullable(),
});

const ring = z.object({ ring: z.string(), epoch: z.number(), version: z.number(), keys: z.array(key) });

const timeline = z.array(
  z.object({ at: instant, transition: z.string(), kid: z.string().nullable(), why: z.string() }),
);

const ringPlan = z.object({ ring: z.string(), version: z.number(), timeline });

const rotation = z.object({
  ring: z.string(),
  algorithm: z.string(),
  planned: z.boolean(),
  active_kid: z.string().nullable(),
  retired_kid: z.string().nullable(),
  version: z.number(),
  timeline,
});

export const keyStatusSchema = z.object({ rings: z.array(ring) }).transform(camelCased);
export const keyPlanSchema = z.object({ rings: z.array(ringPlan) }).transform(camelCased);
export const rotationSchema = rotation.transform(camelCased);

export type KeyStatus = z.output<typeof keyStatusSchema>;
export type KeyRingView = KeyStatus['rings'][number];
export type KeyView = KeyRingView['keys'][number];
export type Rotation = z.output<typeof rotationSchema>;
export type KeyPlan = z.output<typeof keyPlanSchema>;
export type TimelineEntry = Rotation['timeline'][number];
