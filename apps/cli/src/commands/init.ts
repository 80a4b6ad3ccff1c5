import { EXIT } from '../output/exit-codes.ts';
import { prepareHost } from '../init/prepare-host.ts';
import { defineVerb } from '../verb.ts';

interface Options {
  readonly dataDir?: string;
  readonly declaration: string;
}

export const verb = defineVerb<Options>({
  describe: (command) =>
    command
      .option('--data-dir <directory>', "the token service's (default: $MINTMARK_DATA_DIR, or else ./.mintmark)")
      .option('--declaration <file>', 'where to put a first declaration', 'mintmark.yaml'),
  examples: ['mintmark init', 'mintmark init --data-dir /var/lib/mintmark'],
  explanation:
    'Makes what is missing and leaves what is there: the data directory (0700), the key that encrypts all other keys\n(0600) and a declaration to begin with. Keep a copy of the key apart from the database: without it nothing can sign.',
  withoutCurl: 'it works on this machine alone',
  run: async (context, _, { dataDir, declaration }) => {
    const directory = dataDir ?? (context.terminal.env['MINTMARK_DATA_DIR'] || '.mintmark');
    const steps = prepareHost({ directory, declaration });
    await context.output.show({
      document: { steps },
      text: {
        columns: ['what', 'where', 'outcome'],
        rows: steps.map(({ what, path, outcome }) => [what, path, outcome]),
      },
    });
    context.output.note('Next: start the token service, then mintmark bootstrap --to operator.secret');
    return EXIT.ok;
  },
});
