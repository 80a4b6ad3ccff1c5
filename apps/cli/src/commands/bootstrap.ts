import { bootstrap, sendOverSocket } from '@mintmark/admin-client';
import { curlOverSocket } from '../curl.ts';
import { hostSocket } from '../host-path.ts';
import { EXIT } from '../output/exit-codes.ts';
import { withProgress } from '../output/progress.ts';
import { secretDestination } from '../output/secret-destination.ts';
import { defineVerb } from '../verb.ts';

interface Options {
  readonly dataDir?: string;
  readonly operator: string;
  readonly to?: string;
}

export const verb = defineVerb<Options>({
  describe: (command) =>
    command
      .option('--data-dir <directory>', "the token service's (default: $MINTMARK_DATA_DIR, or else ./.mintmark)")
      .option('--operator <id>', 'name of the first operator', 'operator')
      .option('--to <file>', 'write the secret to this new file (mode 0600) instead of the terminal'),
  examples: ['mintmark bootstrap --to operator.secret'],
  explanation:
    "Talks to the running token service over the socket in its data directory, so it takes the service's user on its\nhost. A secret that got lost can be made anew until it has been used; then this never works again.",
  run: async (context, _, { dataDir, operator, to }) => {
    const path = hostSocket(context, dataDir);
    const call = bootstrap(operator);
    if (context.asCurl) {
      context.output.write(curlOverSocket(call, path));
      return EXIT.ok;
    }
    const make = () =>
      withProgress(context.terminal, 'Making the first operator', () => sendOverSocket(call, { path }));
    const next = (file: string) => `Next: mintmark login --client ${operator} --secret-file ${file}`;
    return secretDestination(context, to).receive(make, next);
  },
});
