import { z } from 'zod';
import { ENTITY_ID_PATTERN } from '../../../core/model/entity-id.ts';

const MAX_PAGE = 1000;

/** RFC 3339, UTC, milliseconds. */
export const instant = z.iso.datetime({ precision: 3 }).meta({ description: 'RFC 3339, UTC, with milliseconds.' });

export const entityId = z
  .string()
  .regex(new RegExp(ENTITY_ID_PATTERN), '1 to 64 of a-z 0-9 . _ -, beginning and ending with a letter or digit');

export const plan = z
  .boolean()
  .default(false)
  .meta({ description: 'true: say what would happen, and change nothing.' });

/** A query parameter is text; an absent one is not in the query at all. */
const pageSize = z.coerce.number().int().min(1).max(MAX_PAGE).default(100);

export const PageQuery = z.strictObject({
  limit: pageSize.meta({ description: `1 to ${MAX_PAGE}.` }),
  cursor: z
    .string()
    .max(200)
    .optional()
    .meta({ description: '`next_cursor` of the page before; absent: the first page.' }),
});
export type PageQuery = z.output<typeof PageQuery>;

export const nextCursor = z.string().nullable().meta({ description: 'null: this is the last page.' });

export const ErrorBody = z.looseObject({
  error: z.string().nullable(),
  error_description: z.string(),
  code: z.string(),
  request_id: z.string(),
});

export function toPageRequest({ limit, cursor }: PageQuery): { limit: number; cursor?: string } {
  return { limit, ...(cursor === undefined ? {} : { cursor }) };
}
