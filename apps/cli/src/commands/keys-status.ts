import { getKeyStatus, type KeyStatus, type KeyView } from '@mintmark/admin-client';
import type { Context } from '../context.ts';
import { EXIT } from '../output/exit-codes.ts';
import { noteLaggards } from '../views/laggards.ts';
import { age, instant, relative } from '../output/instants.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb<{ readonly all?: true }>({
  describe: (command) => command.option('--all', 'destroyed keys too'),
  examples: ['mintmark keys status', "mintmark keys status -o json | jq -r '.rings[0].version'"],
  run: async (context, _, { all }) => {
    const shown = context.showCurl(getKeyStatus());
    if (shown !== undefined) return shown;
    const { rings } = await context.ask(getKeyStatus(), 'Reading keys');
    const now = context.terminal.now();
    const rows = rings.flatMap(({ ring, keys, verifiers }) =>
      keys
        .filter(({ state }) => all || state !== 'destroyed')
        .map((key) => [ring, ...rowOf(key, now), holders(key, verifiers?.watching)]),
    );
    await context.output.show({
      document: { rings },
      text: {
        columns: COLUMNS,
        rows,
      },
    });
    noteLaggards(
      context,
      rings.flatMap(({ verifiers }) => verifiers ?? []),
    );
    noteSightings(context, rings, now);
    return EXIT.ok;
  },
});

/** What those hold that ask this replica for the key set: no proof, and not how many they are. */
function noteSightings({ output }: Context, rings: KeyStatus['rings'], now: number): void {
  for (const { epoch, version, count, lastSeen } of rings.flatMap(({ sightings }) => sightings)) {
    output.note(
      `Named as held when the key set was asked for here: ${epoch}.${version}, ${count} times, the last ${relative(lastSeen, now)}`,
    );
  }
}

const COLUMNS = [
  'ring',
  'kid',
  'algorithm',
  'state',
  'age',
  'signs until',
  'tokens until (clients)',
  'next step',
  'held by',
];

/** Of the verifiers that watch: how many have acknowledged the key. */
function holders({ heldBy }: KeyView, watching = 0): string {
  return heldBy === null || watching === 0 ? '–' : `${heldBy} of ${watching}`;
}

/** Until when there are tokens of it, and how many clients have one. */
function tokens({ tokensUntil, tokenHolders }: KeyView): string {
  return tokenHolders === 0 ? instant(tokensUntil) : `${instant(tokensUntil)} (${tokenHolders})`;
}

function rowOf(key: KeyView, now: number): string[] {
  const { kid, algorithm, state, createdAt, signNotAfter, next } = key;
  const step = next ? nextStep(next, now) : '–';
  return [
    ...[kid?.slice(0, 12) ?? '–', algorithm, state, age(createdAt, now)],
    ...[instant(signNotAfter), tokens(key), step],
  ];
}

function nextStep({ transition, notBefore, waitsFor }: NonNullable<KeyView['next']>, now: number): string {
  return `${transition} ${relative(notBefore, now)}${waitsFor ? ` (${waitsFor})` : ''}`;
}
