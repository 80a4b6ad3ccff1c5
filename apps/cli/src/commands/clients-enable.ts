import { enableClient } from '@mintmark/admin-client';
import { EXIT } from '../output/exit-codes.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb<{ readonly plan?: true }>({
  describe: (command) =>
    command.argument('<id>', 'the client').option('--plan', 'say what would happen, and change nothing'),
  examples: ['mintmark clients enable orders'],
  run: async (context, [id = ''], { plan }) => {
    const call = enableClient(id, { plan });
    const shown = context.showCurl(call);
    if (shown !== undefined) return shown;
    const client = await context.ask(call, `Enabling client ${id}`);
    await context.output.show({
      document: client,
      text: () => (plan ? 'Planned only: nothing was changed.' : `Client ${id} is enabled.`),
    });
    return EXIT.ok;
  },
});
