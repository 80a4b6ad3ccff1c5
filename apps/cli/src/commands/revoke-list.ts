import { listRevocations } from '@mintmark/admin-client';
import { EXIT } from '../output/exit-codes.ts';
import { instant } from '../output/instants.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb({
  examples: ['mintmark revoke list'],
  explanation: 'An entry ends with the last token that it concerns.',
  run: async (context) => {
    const shown = context.showCurl(listRevocations());
    if (shown !== undefined) return shown;
    const page = await context.ask(listRevocations({ limit: 1000 }), 'Reading revocations');
    const rows = page.revocations.map(({ kind, id, until, issuedBefore, byClient }) => [
      ...[kind, id, instant(until)],
      ...[issuedBefore ? instant(issuedBefore) : 'all', byClient ?? ''],
    ]);
    const columns = ['kind', 'id', 'until', 'issued before', 'given back by'];
    await context.output.show({ document: page, text: { columns, rows, empty: 'Nothing is revoked.' } });
    return EXIT.ok;
  },
});
