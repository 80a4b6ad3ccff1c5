import { listClients, pagesOf, type ClientView } from '@mintmark/admin-client';
import type { Context } from '../context.ts';
import { EXIT } from '../output/exit-codes.ts';
import { instant } from '../output/instants.ts';
import { withProgress } from '../output/progress.ts';
import { lastUse, stateOf } from '../views/client.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb({
  examples: ['mintmark clients list', "mintmark clients list -o json | jq '.clients[] | select(.disabled).id'"],
  run: async (context) => {
    const shown = context.showCurl(listClients({ limit: 1000 }));
    if (shown !== undefined) return shown;
    const clients = await withProgress(context.terminal, 'Reading clients', () => allClients(context));
    await context.output.show({
      document: { clients },
      text: {
        columns: ['id', 'state', 'credentials', 'secrets', 'last used'],
        rows: clients.map((client) => [
          client.id,
          stateOf(client),
          client.credentials.map(({ kind }) => kind).join(', '),
          String(client.secrets.length),
          instant(lastUse(client), 'never'),
        ]),
        empty: 'There are no clients yet. Make one: mintmark clients create orders',
      },
    });
    return EXIT.ok;
  },
});

function allClients(context: Context): Promise<ClientView[]> {
  return context.withAdmin(async (send) => {
    const all: ClientView[] = [];
    const pages = pagesOf((cursor) => send(listClients({ limit: 1000, cursor })));
    for await (const { clients } of pages) all.push(...clients);
    return all;
  });
}
