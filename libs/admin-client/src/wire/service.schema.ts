import { z } from 'zod';

/** What of an OpenAPI document tells which API this is. */
export const apiDescriptionSchema = z
  .object({
    openapi: z.string(),
    info: z.object({ title: z.string(), version: z.string() }),
    paths: z.record(z.string(), z.unknown()),
  })
  .transform(({ info, paths }) => ({ ...info, paths: Object.keys(paths) }));

export type ApiDescription = z.output<typeof apiDescriptionSchema>;
