import { createHash } from 'node:crypto';
import type { TokenInfo } from './cryptoki.ts';

/** Bytes of the id of a key that say which token made it. */
export const TAG_BYTES = 4;

/** Tells tokens apart, in hex: by what the standard has for it. */
export function tagOf({ manufacturerID, model, serialNumber, label }: TokenInfo): string {
  const name = JSON.stringify([manufacturerID, model, serialNumber, label].map((field) => field.trimEnd()));
  return createHash('sha256')
    .update(name)
    .digest('hex')
    .slice(0, 2 * TAG_BYTES);
}
