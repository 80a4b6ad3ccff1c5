import type { SigningAlgorithm } from '@mintmark/contract';
import type { RegistryChanges } from '../model/registry-changes.ts';
import { activatableAt, maySignFrom } from '../model/signing-key.ts';
import type { Timing } from '../model/timing.ts';
import type { ReadKeySet } from '../ports/key-repository.ts';

type Resources = Pick<RegistryChanges, 'resources'>;

/** Which resources would begin to ask for an algorithm. */
export function chosenAlgorithms({ resources }: Resources): ReadonlyMap<SigningAlgorithm, readonly string[]> {
  const chosen = new Map<SigningAlgorithm, string[]>();
  for (const change of resources) {
    if (change.action === 'remove') continue;
    const { id, signingAlgorithm } = change.after;
    if (change.action === 'update' && change.before.signingAlgorithm === signingAlgorithm) continue;
    chosen.set(signingAlgorithm, [...(chosen.get(signingAlgorithm) ?? []), id]);
  }
  return chosen;
}

/** What the changes do not show: an algorithm that no key signs with yet, and from when on one would. */
export function signingWarnings(
  chosen: ReadonlyMap<SigningAlgorithm, readonly string[]>,
  keys: ReadKeySet,
  timing: Timing,
): readonly string[] {
  const signs = (algorithm: string) =>
    keys.value.keys.some((key) => key.state === 'active' && key.algorithm === algorithm);
  return [...chosen]
    .filter(([algorithm]) => !signs(algorithm))
    .map(
      ([algorithm, ids]) =>
        `No key signs ${algorithm} yet. One is published first and signs from ${signsFrom(algorithm, keys, timing).toISOString()}; ` +
        `until then requests for ${named(ids)} are answered with SIGNING_SEALED. Without a gap: let another resource ask for it first.`,
    );
}

function signsFrom(algorithm: SigningAlgorithm, { value, databaseTime }: ReadKeySet, timing: Timing): Date {
  const standby = value.keys.find((key) => key.state === 'published' && key.algorithm === algorithm);
  return standby?.state === 'published'
    ? activatableAt(standby, value.keys, timing)
    : maySignFrom(databaseTime, value.keys, timing);
}

const MOST_NAMED = 3;

function named(ids: readonly string[]): string {
  const more = ids.length > MOST_NAMED ? ` and ${ids.length - MOST_NAMED} more` : '';
  return `${ids.slice(0, MOST_NAMED).join(', ')}${more}`;
}
