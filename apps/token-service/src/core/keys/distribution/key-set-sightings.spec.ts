import { describe, expect, it } from '@jest/globals';
import { KeySetSightings } from './key-set-sightings.ts';

const at = new Date(5_000);
const set = (version: number) => ({ etag: `"v${version}"`, body: JSON.stringify({ epoch: 1, version, keys: [] }) });

describe('sightings of key sets', () => {
  it('are counted by version, the newest first, and of nothing that was never served', () => {
    const sightings = new KeySetSightings({ now: () => at, monotonic: () => 0 });
    sightings.asked(undefined, set(1));
    for (const tag of ['"v1"', 'W/"v1"', '"v2"', '"made up"', '*']) sightings.asked(tag, set(1));
    sightings.asked('"v2"', set(2));
    expect(sightings.figures).toEqual([
      { epoch: 1, version: 2, count: 1, lastSeen: at },
      { epoch: 1, version: 1, count: 2, lastSeen: at },
    ]);
  });

  it('are few, however many versions there were', () => {
    const sightings = new KeySetSightings({ now: () => at, monotonic: () => 0 });
    for (let version = 1; version <= 100; version++) sightings.asked(`"v${version}"`, set(version));
    expect(sightings.figures).toHaveLength(16);
    expect(sightings.figures[0]).toMatchObject({ version: 100, count: 1 });
  });
});
