import { getKeyPlan } from '@mintmark/admin-client';
import { EXIT } from '../output/exit-codes.ts';
import { defineVerb } from '../verb.ts';
import { noteLaggards } from '../views/laggards.ts';
import { TIMELINE_COLUMNS, timelineRow } from '../views/timeline.ts';

export const verb = defineVerb({
  examples: ['mintmark keys plan', 'mintmark keys plan -o json'],
  explanation: 'What happens to the keys if nobody does anything. What one verb would change: that verb with --plan.',
  run: async (context) => {
    const shown = context.showCurl(getKeyPlan());
    if (shown !== undefined) return shown;
    const { rings } = await context.ask(getKeyPlan(), 'Planning');
    const rows = rings.flatMap(({ ring, timeline }) => timeline.map((entry) => [ring, ...timelineRow(entry)]));
    await context.output.show({
      document: { rings },
      text: { columns: ['ring', ...TIMELINE_COLUMNS], rows, empty: 'Nothing is to come.' },
    });
    noteLaggards(context, rings);
    return EXIT.ok;
  },
});
