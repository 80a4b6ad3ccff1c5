import { z } from 'zod';

const kekId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{16}$/, 'the id of a key-encryption key: 16 characters, as status has them');

export const KekStepBody = z.strictObject({
  kek_id: kekId,
  after: z.string().max(300).nullable().default(null).meta({ description: '`next` of the step before.' }),
});
export type KekStepBody = z.output<typeof KekStepBody>;

export const KekActionParameter = z.enum(['add', 'rotate', 'drop']);
export type KekActionParameter = z.output<typeof KekActionParameter>;
