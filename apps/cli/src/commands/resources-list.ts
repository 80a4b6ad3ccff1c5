import { listResources, pagesOf, type ResourceView } from '@mintmark/admin-client';
import type { Context } from '../context.ts';
import { EXIT } from '../output/exit-codes.ts';
import { withProgress } from '../output/progress.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb({
  examples: ['mintmark resources list'],
  run: async (context) => {
    const shown = context.showCurl(listResources({ limit: 1000 }));
    if (shown !== undefined) return shown;
    const resources = await withProgress(context.terminal, 'Reading resources', () => allResources(context));
    await context.output.show({
      document: { resources },
      text: {
        columns: ['id', 'audience', 'lifetime', 'algorithm', 'scopes'],
        rows: resources.map((each) => [
          each.builtIn ? `${each.id} (built in)` : each.id,
          each.audience,
          `${each.tokenLifetimeSeconds} s`,
          each.signingAlgorithm,
          each.scopes.join(' '),
        ]),
        empty: 'There are no resources yet. Declare them in a file: mintmark plan -f mintmark.yaml',
      },
    });
    return EXIT.ok;
  },
});

function allResources(context: Context): Promise<ResourceView[]> {
  return context.withAdmin(async (send) => {
    const all: ResourceView[] = [];
    const pages = pagesOf((cursor) => send(listResources({ limit: 1000, cursor })));
    for await (const { resources } of pages) all.push(...resources);
    return all;
  });
}
