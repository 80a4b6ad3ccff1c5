import { z } from 'zod';
import { camelCased } from './camel-case.ts';

const kek = z.object({
  id: z.string(),
  file: z.string().nullable(),
  primary: z.boolean(),
  wraps: z.number(),
  sole_wraps: z.number(),
});

const step = z.object({
  looked: z.number(),
  keys: z.number(),
  changed: z.number(),
  failed: z.array(z.object({ key: z.string(), reason: z.string() })),
  next: z.string().nullable(),
});

export const kekStatusSchema = z.object({ keks: z.array(kek), keys: z.number() }).transform(camelCased);
export const kekStepSchema = step.transform(camelCased);

/** The keys that encrypt keys: those at hand, and those that are not but wrapped something. */
export type KekStatus = z.output<typeof kekStatusSchema>;
export type KekStep = z.output<typeof kekStepSchema>;
