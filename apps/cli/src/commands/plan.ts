import { planRegistry } from '@mintmark/admin-client';
import { nameOf, readText } from '../input/read-file.ts';
import { formatPlan } from '../output/changes.ts';
import { EXIT } from '../output/exit-codes.ts';
import { defineVerb } from '../verb.ts';

interface Options {
  readonly file: string;
  readonly prune?: true;
}

export const verb = defineVerb<Options>({
  describe: (command) =>
    command
      .requiredOption('-f, --file <file>', 'the declaration, YAML or JSON; - for standard input')
      .option('--prune', 'remove what the file does not declare'),
  examples: ['mintmark plan -f mintmark.yaml', 'mintmark plan -f mintmark.yaml --prune -o json'],
  run: async (context, _, { file, prune }) => {
    const declaration = await readText(context.terminal, file);
    const call = planRegistry({ declaration, fileName: nameOf(file), prune });
    const shown = context.showCurl(call);
    if (shown !== undefined) return shown;
    const plan = await context.ask(call, 'Planning');
    await context.output.show({ document: plan, text: (style) => formatPlan(plan, style) });
    if (plan.changes.length > 0) context.output.note(`Apply it: mintmark apply -f ${file}${prune ? ' --prune' : ''}`);
    return EXIT.ok;
  },
});
