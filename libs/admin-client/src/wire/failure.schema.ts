import { z } from 'zod';
import { instant } from './parts.schema.ts';
import { changeSinceSchema, problemSchema } from './registry.schema.ts';

/** How the service refuses: the form of RFC 6749 §5.2, and what some codes carry beside it. */
export const failureSchema = z
  .object({
    error_description: z.string(),
    code: z.string(),
    request_id: z.string(),
    problems: z.array(problemSchema).optional(),
    current_version: z.number().optional(),
    changes_since: z.array(changeSinceSchema).optional(),
    not_before: instant.nullish(),
    waits_for: z.string().nullish(),
  })
  .transform((wire) => ({
    code: wire.code,
    message: wire.error_description,
    requestId: wire.request_id,
    problems: wire.problems,
    currentVersion: wire.current_version,
    changesSince: wire.changes_since,
    notBefore: wire.not_before ?? undefined,
    waitsFor: wire.waits_for ?? undefined,
  }));
