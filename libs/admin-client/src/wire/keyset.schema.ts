import { z } from 'zod';
import { camelCased } from './camel-case.ts';

const pair = { epoch: z.number(), version: z.number() };
const head = { epoch: z.number(), sequence: z.number() };

export const epochStatusSchema = z
  .object({
    sealed: z.string().nullable(),
    key_sets: z.array(
      z.object({ issuer: z.string(), ...pair, witnessed: z.object(pair).nullable(), risen: z.array(z.string()) }),
    ),
    registry: z.object({ version: z.number(), witnessed: z.number() }),
    revocations: z.object({ ...head, witnessed: z.object(head) }),
  })
  .transform(camelCased);

export type EpochStatus = z.output<typeof epochStatusSchema>;
