import { createClient, type ClientView } from '@mintmark/admin-client';
import { EXIT } from '../output/exit-codes.ts';
import { formatClient } from '../views/client.ts';
import { defineVerb } from '../verb.ts';

interface Options {
  readonly credential?: readonly string[];
  readonly plan?: true;
}

export const verb = defineVerb<Options>({
  describe: (command) =>
    command
      .argument('<id>', 'a-z 0-9 . _ -, up to 64 characters')
      .option('--credential <kind...>', 'ways to prove who it is (default: client_secret)')
      .option('--plan', 'say what would happen, and change nothing'),
  examples: ['mintmark clients create orders', 'mintmark clients create orders --plan --as-curl'],
  explanation:
    'A new client may ask for nothing yet: a policy in a declaration file lets it (mintmark plan -f). Its secret is made by\nmintmark clients rotate-credential.',
  run: async (context, [id = ''], { credential, plan }) => {
    const credentials = credential?.map((kind) => ({ kind }));
    const call = createClient({ id, plan, ...(credentials && { credentials }) });
    const shown = context.showCurl(call);
    if (shown !== undefined) return shown;
    const client: ClientView = await context.ask(call, `Creating client ${id}`);
    await context.output.show({ document: client, text: (style) => formatClient(client, style) });
    context.output.note(plan ? 'Planned only: nothing was changed.' : `Next: mintmark clients rotate-credential ${id}`);
    return EXIT.ok;
  },
});
