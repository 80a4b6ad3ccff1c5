import { getKeyUsers, type KeyUsers } from '@mintmark/admin-client';
import { keyNamed } from '../change-keys.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../output/exit-codes.ts';
import { printable } from '../output/printable.ts';
import { instant, relative } from '../output/instants.ts';
import { defineVerb } from '../verb.ts';
import { andMore } from '../views/and-more.ts';
import { shortKid } from '../views/timeline.ts';

export const verb = defineVerb({
  describe: (command) => command.argument('<kid>', 'the kid or the beginning of it; after -- if it begins with -'),
  examples: ['mintmark keys users 9hkUJ0cXk2', "mintmark keys users 9hkUJ0cXk2 -o json | jq -r '.holders[].instance'"],
  explanation:
    'Who still has tokens of it, and who still trusts it. Verifiers that watch the key set say which keys they hold; those that\n' +
    'poll say nothing, and are not in the list.',
  run: async (context, [given = '']) => {
    const shown = context.showCurl(getKeyUsers(given));
    if (shown !== undefined) return shown;
    const { kid } = await keyNamed(context, given);
    const users = await context.ask(getKeyUsers(kid), 'Reading who uses the key');
    const now = context.terminal.now();
    const { output } = context;
    output.note(summaryOf(users));
    await output.show({
      document: users,
      text: {
        columns: ['client', 'resource', 'instance', 'holds it', 'heard of'],
        rows: [...rowsOf(users.holders, 'yes', now), ...rowsOf(users.others, 'no', now)],
        empty: 'No verifier watches the key set.',
      },
    });
    for (const { client, until } of users.clients)
      output.note(printable(`${client} has tokens of it until ${instant(until)}`));
    noteMore(context, users.tokenHolders - users.clients.length, 'have tokens of it');
    const { watching, holding, holders, others } = users;
    noteMore(context, holding - holders.length, 'that hold it');
    noteMore(context, watching - holding - others.length, 'that do not');
    return EXIT.ok;
  },
});

function summaryOf({ kid, state, holding, watching, tokensUntil, tokenHolders }: KeyUsers): string {
  const clients = tokenHolders === 1 ? '1 client has' : `${tokenHolders} clients have`;
  const tokens = tokensUntil
    ? `its last token expires at ${instant(tokensUntil)}, and ${clients} tokens of it now`
    : 'it has signed no token';
  return `Key ${shortKid(kid)} (${state}): held by ${holding} of ${watching} verifiers that watch; ${tokens}.`;
}

function noteMore({ output }: Context, count: number, which: string): void {
  for (const more of andMore(count)) output.note(`${more} ${which}`);
}

function rowsOf(verifiers: KeyUsers['holders'], holds: string, now: number): string[][] {
  return verifiers.map(({ client, resource, instance, heardAt }) => [
    ...[client, resource, instance, holds],
    relative(heardAt, now),
  ]);
}
