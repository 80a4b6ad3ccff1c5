import { getClient } from '@mintmark/admin-client';
import { EXIT } from '../output/exit-codes.ts';
import { formatClient } from '../views/client.ts';
import { allPolicies } from '../views/policies.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb({
  describe: (command) => command.argument('<id>', 'the client'),
  examples: ['mintmark clients show orders'],
  run: async (context, [id = '']) => {
    const shown = context.showCurl(getClient(id));
    if (shown !== undefined) return shown;
    const client = await context.ask(getClient(id), `Reading client ${id}`);
    const policies = (await allPolicies(context)).filter((policy) => policy.client === id);
    await context.output.show({
      document: { ...client, policies },
      text: (style) => formatClient(client, style, policies),
    });
    return EXIT.ok;
  },
});
