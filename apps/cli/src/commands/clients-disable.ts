import { disableClient, getClient } from '@mintmark/admin-client';
import { EXIT } from '../output/exit-codes.ts';
import { formatClient } from '../views/client.ts';
import { allPolicies } from '../views/policies.ts';
import { defineVerb } from '../verb.ts';

interface Options {
  readonly yes?: true;
  readonly plan?: true;
}

export const verb = defineVerb<Options>({
  describe: (command) =>
    command
      .argument('<id>', 'the client')
      .option('--plan', 'show what would stop, and change nothing')
      .option('-y, --yes', 'do not ask'),
  examples: ['mintmark clients disable orders', 'mintmark clients disable orders --yes'],
  explanation:
    'The client gets no more tokens from the next two seconds on. Verifiers refuse those it holds,\nas by revoke client.',
  run: async (context, [id = ''], { yes, plan }) => {
    const shown = context.showCurl(disableClient(id, { plan }));
    if (shown !== undefined) return shown;
    const before = await context.ask(getClient(id), `Reading client ${id}`);
    const policies = (await allPolicies(context)).filter((policy) => policy.client === id);
    const { noteStyle } = context.output;
    context.output.note(`This stops client ${id}; from then on it is refused:`);
    context.output.note(formatClient(before, noteStyle, policies));
    if (!plan && !(await context.confirm(`Disable ${id}?`, yes))) return EXIT.failed;
    const client = await context.ask(disableClient(id, { plan }), `Disabling client ${id}`);
    await context.output.show({
      document: client,
      text: () => (plan ? 'Planned only: nothing was changed.' : `Client ${id} is disabled.`),
    });
    return EXIT.ok;
  },
});
