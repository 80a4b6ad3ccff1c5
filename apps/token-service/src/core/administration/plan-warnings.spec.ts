import { describe, expect, it } from '@jest/globals';
import { active, P, published, publishedUnder, T0 } from '../../../../../test/keys/keys-in-states.ts';
import type { Change } from '../model/registry-changes.ts';
import type { Resource } from '../model/resource.ts';
import type { SigningKey } from '../model/signing-key.ts';
import { NOMINAL_TIMING as timing } from '../model/timing.ts';
import { chosenAlgorithms, signingWarnings } from './plan-warnings.ts';

const resource = (id: string, signingAlgorithm: Resource['signingAlgorithm']) => ({ id, signingAlgorithm }) as Resource;
const created = (id: string, algorithm: Resource['signingAlgorithm']): Change<Resource> => ({
  action: 'create',
  after: resource(id, algorithm),
});

function warned(resources: readonly Change<Resource>[], keys: readonly SigningKey[]): readonly string[] {
  const value = { epoch: 1, version: 1, digest: '', firstActivatedAt: T0, keys };
  return signingWarnings(chosenAlgorithms({ resources }), { value, databaseTime: T0 }, timing);
}

describe('a plan', () => {
  it('says nothing of an algorithm that a key signs', () => {
    expect(warned([created('a', 'ES256')], [active('k')])).toEqual([]);
  });

  it('says from when on one signs that is to be published first, and for which resources that matters', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    expect(
      warned(
        ids.map((id) => created(id, 'EdDSA')),
        [],
      ),
    ).toEqual([
      expect.stringMatching(/^No key signs EdDSA yet\. .* from 2026-01-01T01:00.* for a, b, c and 2 more are/),
    ]);
  });

  it('counts from the publication of the one that is published', () => {
    const standby = published('k', -1_800, 'EdDSA');
    expect(warned([created('a', 'EdDSA')], [standby])).toEqual([expect.stringContaining('from 2026-01-01T00:30')]);
  });

  it('counts with the longest P in the set, as the gate does', () => {
    const keys = [publishedUnder(active('k'), 2 * P)];
    expect(warned([created('a', 'EdDSA')], keys)).toEqual([expect.stringContaining('from 2026-01-01T02:00')]);
  });

  it('speaks of what changes, not of what was asked for before, or goes', () => {
    const [before, after] = [resource('a', 'EdDSA'), resource('a', 'EdDSA')];
    expect(warned([{ action: 'update', before, after }], [])).toEqual([]);
    expect(warned([{ action: 'remove', before }], [])).toEqual([]);
    expect(warned([{ action: 'update', before: resource('a', 'ES256'), after }], [])).toHaveLength(1);
  });
});
