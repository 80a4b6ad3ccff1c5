import { z } from 'zod';

/** RFC 3339 on the wire, a Date here. */
export const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export const nextCursor = z.string().nullable();

/** Members that a newer service adds are passed over: schemas below are not strict. */
export const names = z.array(z.string());
