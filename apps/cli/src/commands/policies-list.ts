import { listPolicies } from '@mintmark/admin-client';
import { EXIT } from '../output/exit-codes.ts';
import { allPolicies } from '../views/policies.ts';
import { defineVerb } from '../verb.ts';

interface Options {
  readonly client?: string;
  readonly resource?: string;
}

export const verb = defineVerb<Options>({
  describe: (command) =>
    command
      .option('--client <id>', 'only those of this client')
      .option('--resource <id>', 'only those for this resource'),
  examples: ['mintmark policies list', 'mintmark policies list --client orders'],
  run: async (context, _, { client, resource }) => {
    const shown = context.showCurl(listPolicies({ limit: 1000 }));
    if (shown !== undefined) return shown;
    const policies = (await allPolicies(context)).filter(
      (policy) => (client ?? policy.client) === policy.client && (resource ?? policy.resource) === policy.resource,
    );
    await context.output.show({
      document: { policies },
      text: {
        columns: ['client', 'resource', 'scopes'],
        rows: policies.map((policy) => [policy.client, policy.resource, policy.scopes.join(' ')]),
        empty: 'There are no such policies, and what no policy grants is denied.',
      },
    });
    return EXIT.ok;
  },
});
