import { settled } from '@mintmark/testing';

/** Real time, in milliseconds: within the time a test has, so that what never happens fails instead of running on. */
const PATIENCE = 4_000;

/** Waits for something that other people's I/O brings about. */
export async function until(condition: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE;
  while (!condition()) {
    if (Date.now() > giveUpAt) throw new Error(`Never came true: ${String(condition)}`);
    await settled();
  }
}
