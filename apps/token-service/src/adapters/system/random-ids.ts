import { randomFillSync } from 'node:crypto';
import type { Ids } from '../../core/ports/ids.ts';

const ID_BYTES = 16;

/** One call into the random generator for 256 ids: by the single id it costs more than the id itself. */
const pool = Buffer.alloc(256 * ID_BYTES);
let used = pool.length;

export const randomIds: Ids = {
  next: () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += ID_BYTES;
    return pool.toString('base64url', used - ID_BYTES, used);
  },
};
