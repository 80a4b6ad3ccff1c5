import { verifyAudit } from '@mintmark/admin-client';
import { EXIT } from '../output/exit-codes.ts';
import { instant } from '../output/instants.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb({
  examples: ['mintmark audit verify'],
  explanation:
    'Follows the chain of hashes from the first line to the last, and compares its end with what the database vouches for.\nExit code 1 if a line was altered, removed or added.',
  run: async (context) => {
    const shown = context.showCurl(verifyAudit());
    if (shown !== undefined) return shown;
    const checked = await context.ask(verifyAudit(), 'Following the chain');
    const { ok, lines, firstBad, anchoredSeq, anchoredAt } = checked;
    const anchor = anchoredAt ? `; the database vouches for line ${anchoredSeq} since ${instant(anchoredAt)}` : '';
    await context.output.show({
      document: checked,
      text: (style) =>
        ok
          ? `${style.good('✓')} The chain holds: ${lines} lines${anchor}.`
          : `${style.bad('✗')} The chain is broken at line ${firstBad?.line ?? lines + 1}: ${firstBad?.problem ?? 'lines are missing'}. ${lines} lines before it are good. Keep the file as evidence.`,
    });
    return ok ? EXIT.ok : EXIT.failed;
  },
});
