import { listPolicies, pagesOf, type PolicyView } from '@mintmark/admin-client';
import type { Context } from '../context.ts';
import { withProgress } from '../output/progress.ts';

export function allPolicies(context: Context): Promise<PolicyView[]> {
  const read = () =>
    context.withAdmin(async (send) => {
      const all: PolicyView[] = [];
      const pages = pagesOf((cursor) => send(listPolicies({ limit: 1000, cursor })));
      for await (const { policies } of pages) all.push(...policies);
      return all;
    });
  return withProgress(context.terminal, 'Reading policies', read);
}
