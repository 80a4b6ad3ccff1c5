import type { KeyHoldings } from '@mintmark/admin-client';
import type { Proof, ProofRow } from '../proof.ts';
import { OPERATING_CLIENT } from './declaration.ts';
import type { Look } from './verifier-host.ts';

/** What a group of verifiers is held to. */
export interface Judged {
  readonly name: string;
  /** Real seconds from the command to the last refusal; absent: it cannot hear of it. */
  readonly bound: number | undefined;
  /** What that is for people. */
  readonly nominal: string;
  readonly watches: boolean;
}

export type Looks = ReadonlyMap<Judged, readonly Look[]>;

/** A compromised key is gone from the key set, and revoked: whichever a verifier hears first. */
export function isRefusal(token: string, code: string | undefined): boolean {
  return code === 'TOKEN_REVOKED' || (token === 'key' && code === 'KEY_UNKNOWN');
}

/** @param commandedAt by the name of each token that is to be refused, in milliseconds since 1970 */
export function reportRefusals(proof: Proof, looks: Looks, commandedAt: Readonly<Record<string, number>>): void {
  for (const [group, all] of looks) {
    for (const [token, at] of Object.entries(commandedAt)) {
      for (const cached of [true, false]) {
        const some = all.filter((look) => look.cached === cached);
        if (some.length === 0) continue;
        const seconds = some.flatMap(({ refused }) => {
          const found = refused[token];
          return found && isRefusal(token, found.code) ? [(found.at - at) / 1000] : [];
        });
        const scenario = `${group.name}, by ${token}, ${cached ? 'cached' : 'uncached'}`;
        proof.row({ scenario, ...judge(seconds, some.length, group) });
      }
    }
  }
}

export function judge(
  seconds: readonly number[],
  count: number,
  { bound, nominal }: Pick<Judged, 'bound' | 'nominal'>,
): Omit<ProofRow, 'scenario'> {
  if (bound === undefined) {
    const holds = seconds.length === 0 && count > 0;
    return { expected: 'none can have heard of it', observed: `${seconds.length} refused it`, holds };
  }
  const sorted = seconds.toSorted((one, other) => one - other);
  const [half = NaN, last = NaN] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  const times = seconds.length === 0 ? '' : `; half in ${half.toFixed(2)} s, the last in ${last.toFixed(2)} s`;
  const holds = seconds.length === count && count > 0 && last <= bound;
  return {
    expected: `all within ${bound.toFixed(1)} s (${nominal})`,
    observed: `${seconds.length} of ${count}${times}`,
    holds,
  };
}

/** Who still accepts anything is named, and it is those that were cut off and nobody else. */
export function reportStragglers(proof: Proof, looks: Looks, tokens: readonly string[]): void {
  const accepts = ({ refused }: Look) => tokens.some((name) => !isRefusal(name, refused[name]?.code));
  const stragglers = [...looks.values()].flat().filter(accepts);
  const cutOff = cutOffIn(looks);
  proof.row({
    scenario: 'stragglers',
    expected: `${cutOff.length}: those that were cut off`,
    observed: namesOf(stragglers.map(({ name }) => name)),
    holds: stragglers.length === cutOff.length && stragglers.every((look) => cutOff.includes(look)),
  });
}

/** The issuer itself names those that watched and have not said that they have the new key set, and nobody else. */
export function reportHoldings(proof: Proof, looks: Looks, holdings: KeyHoldings): void {
  const { watching, expected, named, holding, verifiers } = compared(looks, holdings);
  proof.row({
    scenario: 'as the issuer tells: who has the new key set',
    expected: `${watching - expected.length} of ${watching}; missing: those cut off`,
    observed: `${holding} of ${verifiers}; ${namesOf(named.map((label) => label.split(', ').at(-1) ?? label))}`,
    holds: isAsExpected(looks, holdings),
  });
}

export function isAsExpected(looks: Looks, holdings: KeyHoldings): boolean {
  const { watching, expected, named, holding, verifiers } = compared(looks, holdings);
  const isNamed = named.toSorted().join() === expected.toSorted().join();
  return verifiers === watching && holding === watching - expected.length && isNamed;
}

function compared(looks: Looks, { rings }: KeyHoldings) {
  const { holding = 0, verifiers = 0, missing = [] } = rings.find(({ ring }) => ring === 'public') ?? {};
  const watching = [...looks].filter(([{ watches }]) => watches).reduce((sum, [, all]) => sum + all.length, 0);
  const expected = cutOffIn(looks).map(({ name }) => `${OPERATING_CLIENT} for inventory, ${name}`);
  // Behind its name stands what tells it from others of that name.
  const named = missing.map((label) => label.replace(/\/[^/]*$/, ''));
  return { holding, verifiers, watching, expected, named };
}

function cutOffIn(looks: Looks): readonly Look[] {
  return [...looks].filter(([{ bound }]) => bound === undefined).flatMap(([, all]) => all);
}

function namesOf(names: readonly string[]): string {
  return `${names.length}: ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`;
}
