import type { Compromise, KeyHoldings } from '@mintmark/admin-client';
import { instant } from '../output/instants.ts';
import { printable } from '../output/printable.ts';
import type { Progress } from '../output/progress-bar.ts';
import type { Style } from '../output/style.ts';
import { formatTable } from '../output/table.ts';
import { andMore } from './and-more.ts';
import { UNTIL_DEAD } from './bounds.ts';
import { shortKid } from './timeline.ts';

type Ring = Compromise['rings'][number];

/** What it costs, before it is done and after. */
export function formatCompromise({ custody, rings, bounds }: Compromise, style: Style): string {
  const rows = rings.flatMap(({ ring, compromised }) =>
    compromised.map(({ kid, algorithm, state, latestExpiry }) => [
      ...[ring, shortKid(kid), algorithm, state],
      latestExpiry ? `refused from now on (the last expires ${instant(latestExpiry)})` : 'none: it never signed',
    ]),
  );
  const columns = ['ring', 'key', 'algorithm', 'state before', 'its tokens'];
  return [
    formatTable({ columns, rows, empty: 'No key is left to be compromised.' }, style),
    ...(custody.length > 0 ? [formatCustody(custody)] : []),
    ...rings.flatMap(formatSuccessions),
    formatBounds(bounds),
  ].join('\n');
}

function formatCustody(custody: readonly string[]): string {
  return `Everything under ${printable(custody.join(', '))}, and nothing is made there again.`;
}

function formatSuccessions({ ring, successions }: Ring): readonly string[] {
  return successions.map(({ algorithm, by, kid, signsFrom, overrides }) => {
    const key = kid === null ? 'a new key' : `key ${shortKid(kid)}`;
    if (ring === 'revocations' && overrides)
      return `${ring} ${algorithm}: ${key} signs from now on. Verifiers fetch it with what it signs.`;
    if (by === 'nobody' || (by === 'fresh-key' && !overrides))
      return `${ring} ${algorithm}: sealed. No token is signed until ${instant(signsFrom)}, when verifiers know the next key.`;
    const cost = overrides
      ? ', although verifiers may not know it: they refuse its tokens until they fetch the key set'
      : '';
    return `${ring} ${algorithm}: ${key} signs from now on${cost}.`;
  });
}

function formatBounds({ streamSeconds, pollingSeconds, cutOffSeconds, foreignSeconds }: Compromise['bounds']): string {
  return (
    `Verifiers of Mintmark refuse the key within ${seconds(streamSeconds)} on the stream, ${seconds(pollingSeconds)} polling, ` +
    `and ${seconds(cutOffSeconds)} later behind a replica that is cut off: then its /readyz says so, and a load balancer passes it by.\n` +
    `One that reaches no other replica goes on ${UNTIL_DEAD}. Verifiers of others: within ${seconds(foreignSeconds)}.`
  );
}

function seconds(value: number): string {
  return `${Number(value.toPrecision(3)).toLocaleString('en')} s`;
}

/** Who has not told yet that it has the new key sets: the first of them by name, and how many more. */
export function formatStragglers({ rings }: KeyHoldings): string {
  const names = rings.flatMap(({ missing }) => missing);
  return printable([...names, ...andMore(stragglers({ rings }) - names.length)].join(', '));
}

export function stragglers({ rings }: Pick<KeyHoldings, 'rings'>): number {
  return rings.reduce((sum, { verifiers, holding }) => sum + verifiers - holding, 0);
}

export function progressOf({ rings }: KeyHoldings): Progress {
  const told = rings.filter(({ verifiers }) => verifiers > 0);
  const text = told.map(({ ring, holding, verifiers }) => `${ring}: ${holding} of ${verifiers} verifiers have it`);
  return {
    done: told.reduce((sum, { holding }) => sum + holding, 0),
    of: told.reduce((sum, { verifiers }) => sum + verifiers, 0),
    text: text.join('; ') || 'No verifier tells what it holds: count with the bounds above.',
  };
}
