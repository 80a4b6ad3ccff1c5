import { rotateKeys, type Rotation } from '@mintmark/admin-client';
import { EXIT } from '../output/exit-codes.ts';
import { instant } from '../output/instants.ts';
import type { Style } from '../output/style.ts';
import { formatTable } from '../output/table.ts';
import { defineVerb } from '../verb.ts';

interface Options {
  readonly ring: string;
  readonly algorithm: string;
  readonly plan?: true;
  readonly yes?: true;
}

export const verb = defineVerb<Options>({
  describe: (command) =>
    command
      .option('--ring <ring>', 'public: for service tokens; admin: for operator tokens', 'public')
      .option('--algorithm <name>', 'the algorithm whose key is rotated', 'ES256')
      .option('--plan', 'show the dated timeline, and change nothing')
      .option('-y, --yes', 'do not ask'),
  examples: ['mintmark keys rotate --plan', 'mintmark keys rotate --yes'],
  explanation:
    'Keys rotate by themselves; this does it now. It is refused while a verifier may not hold the standby key yet, and\nsays from when on it is safe.',
  run: async (context, _, { ring, algorithm, plan, yes }) => {
    const shown = context.showCurl(rotateKeys({ ring, algorithm, plan }));
    if (shown !== undefined) return shown;
    const { output } = context;
    const planned = await context.ask(rotateKeys({ ring, algorithm, plan: true }), 'Planning');
    if (plan) {
      await output.show({ document: planned, text: (style) => formatRotation(planned, style) });
      return EXIT.ok;
    }
    output.note(formatRotation(planned, output.noteStyle));
    if (!(await context.confirm(`Rotate the ${ring} ${algorithm} key?`, yes))) return EXIT.failed;
    const done = await context.ask(rotateKeys({ ring, algorithm }), 'Rotating');
    await output.show({
      document: done,
      text: () =>
        `Key ${short(done.activeKid)} signs now; ${short(done.retiredKid)} verifies until its last token is dead.`,
    });
    return EXIT.ok;
  },
});

function formatRotation({ timeline }: Rotation, style: Style): string {
  const rows = timeline.map(({ at, transition, kid, why }) => [instant(at), transition, short(kid), why]);
  return formatTable({ columns: ['when', 'what', 'key', 'why'], rows, empty: 'Nothing would happen.' }, style);
}

function short(kid: string | null): string {
  return kid?.slice(0, 12) ?? 'new';
}
