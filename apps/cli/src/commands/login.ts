import { describeApi } from '@mintmark/admin-client';
import type { Context } from '../context.ts';
import { readText } from '../input/read-file.ts';
import { EXIT } from '../output/exit-codes.ts';
import { withProgress } from '../output/progress.ts';
import { DEFAULT_ADMIN_ADDRESS, DEFAULT_ISSUER } from '../session/credentials-file.ts';
import { openAdmin } from '../session/open-admin.ts';
import { timeScaleOf } from '../session/time-scale.ts';
import { defineVerb } from '../verb.ts';

interface Options {
  readonly issuer: string;
  readonly admin: string;
  readonly client: string;
  readonly secretFile?: string;
}

export const verb = defineVerb<Options>({
  describe: (command) =>
    command
      .option('--issuer <url>', 'the issuer that operator tokens come from', DEFAULT_ISSUER)
      .option('--admin <url>', 'the admin listener', DEFAULT_ADMIN_ADDRESS)
      .option('--client <id>', 'the operator', 'operator')
      .option('--secret-file <file>', 'file with the secret (default: typed, or from standard input)'),
  examples: [
    'mintmark login --secret-file operator.secret',
    'mintmark login --issuer https://tokens.internal --admin https://tokens.internal:4003 --client ann',
  ],
  explanation: 'Stored in $XDG_CONFIG_HOME/mintmark/credentials.json (mode 0600), after a token could be had with it.',
  withoutCurl: 'what it does is to store the secret on this machine',
  run: async (context, _, { issuer, admin, client: clientId, secretFile }) => {
    const credentials = { issuer, admin, clientId, secret: await secretOf(context, secretFile) };
    const client = openAdmin(credentials, timeScaleOf(context.terminal.env));
    try {
      await withProgress(context.terminal, 'Logging in', () =>
        client.send(describeApi(), { signal: context.interrupt }),
      );
    } finally {
      client.close();
    }
    context.credentialsFile.write(credentials);
    const { path } = context.credentialsFile;
    await context.output.show({
      document: { clientId, issuer, admin, storedIn: path },
      text: () => `Logged in as ${clientId} at ${admin}. Stored in ${path}.`,
    });
    return EXIT.ok;
  },
});

async function secretOf(context: Context, file: string | undefined): Promise<string> {
  if (file === undefined) return context.readSecret('Secret of the operator (not shown): ');
  return (await readText(context.terminal, file, 4096)).trim();
}
