import { randomBytes } from 'node:crypto';
import type { Randomness } from '../../core/ports/randomness.ts';

export const systemRandomness: Randomness = { bytes: (count) => randomBytes(count) };
