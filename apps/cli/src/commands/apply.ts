import { applyRegistry, planRegistry } from '@mintmark/admin-client';
import { nameOf, readText } from '../input/read-file.ts';
import { countChanges, formatPlan } from '../output/changes.ts';
import { EXIT } from '../output/exit-codes.ts';
import { defineVerb } from '../verb.ts';

interface Options {
  readonly file: string;
  readonly prune?: true;
  readonly yes?: true;
}

export const verb = defineVerb<Options>({
  describe: (command) =>
    command
      .requiredOption('-f, --file <file>', 'the declaration, YAML or JSON; - for standard input')
      .option('--prune', 'remove what the file does not declare')
      .option('-y, --yes', 'do not ask'),
  examples: ['mintmark apply -f mintmark.yaml', 'mintmark apply -f mintmark.yaml --prune --yes'],
  explanation:
    'Shows the plan and asks, then applies exactly that plan: whole or not at all. If someone changed the registry\nmeanwhile, it is refused and says what they changed.',
  run: async (context, _, { file, prune, yes }) => {
    const { output } = context;
    const declared = { declaration: await readText(context.terminal, file), fileName: nameOf(file), prune };
    const shown = context.showCurls(planRegistry(declared), applyRegistry(declared, 0));
    if (shown !== undefined) return shown;
    const { baseVersion, changes, warnings } = await context.ask(planRegistry(declared), 'Planning');
    output.note(formatPlan({ changes, warnings }, output.noteStyle));
    if (changes.length > 0 && !(await context.confirm('Apply this?', yes))) return EXIT.failed;
    const applied =
      changes.length === 0
        ? { version: baseVersion, changes }
        : await context.ask(applyRegistry(declared, baseVersion), `Applying ${changes.length} changes`);
    await output.show({
      document: applied,
      text: () => `The registry is at version ${applied.version} (${countChanges(applied.changes)}).`,
    });
    return EXIT.ok;
  },
});
