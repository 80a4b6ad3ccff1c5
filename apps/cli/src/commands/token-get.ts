import { curlForToken } from '../curl.ts';
import { EXIT } from '../output/exit-codes.ts';
import { printableLines } from '../output/printable.ts';
import { withProgress } from '../output/progress.ts';
import { UsageError } from '../output/usage-error.ts';
import { DEFAULT_ISSUER } from '../session/credentials-file.ts';
import { timeScaleOf } from '../session/time-scale.ts';
import { chooseIdentity, getToken } from '../token/get-token.ts';
import { defineVerb } from '../verb.ts';

interface Options {
  readonly client?: string;
  readonly secretFile?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly resource?: string;
  readonly scope?: readonly string[];
}

export const verb = defineVerb<Options>({
  describe: (command) =>
    command
      .option('--client <id>', 'the service to be (default: MINTMARK_CLIENT_ID)')
      .option('--secret-file <file>', 'file with its secret (default: what the environment names, see below)')
      .option('--issuer <url>', `the issuer (default: the one logged in at, or else ${DEFAULT_ISSUER})`)
      .option('--audience <id>', 'the resource, by id')
      .option('--resource <uri>', 'the resource, by URI')
      .option('--scope <scope...>', 'wanted scopes (default: all that policy grants)'),
  examples: [
    'mintmark token get --client orders --secret-file orders.secret --audience inventory | mintmark token inspect',
    'MINTMARK_CLIENT_KEY_FILE=key.pem mintmark token get --client orders --audience inventory',
  ],
  explanation:
    'Prints the token and nothing else on standard output: whoever holds it is that service until it expires.\n\nWithout --secret-file it proves who it is as a service with @mintmark/client does, by the first that is there, and\nsays which: a workload token (MINTMARK_CLIENT_TOKEN_FILE), a key (MINTMARK_CLIENT_KEY_FILE), a certificate\n(MINTMARK_CLIENT_CERT_FILE, MINTMARK_CLIENT_CERT_KEY_FILE, MINTMARK_CLIENT_CA_FILE), a secret\n(MINTMARK_CLIENT_SECRET_FILE).',
  run: async (context, _, { client: clientId, secretFile, audience, resource, scope: scopes, ...options }) => {
    const issuer = options.issuer ?? context.credentialsFile.issuer();
    if (context.asCurl) {
      if (clientId === undefined || secretFile === undefined) {
        throw new UsageError(
          '--as-curl takes --client and --secret-file: other proofs are made anew for each request.',
        );
      }
      context.output.write(
        curlForToken({ clientId, secretFile, issuer, form: { audience, resource, scope: scopes?.join(' ') } }),
      );
      return EXIT.ok;
    }
    const { identity, explanation } = await chooseIdentity({ issuer, clientId, secretFile, env: context.terminal.env });
    if (explanation !== undefined) context.output.note(printableLines(explanation));
    const {
      value,
      expiresAt,
      scopes: granted,
    } = await withProgress(context.terminal, 'Asking for a token', () =>
      getToken({
        issuer,
        identity,
        request: { audience, resource, scopes },
        timeScale: timeScaleOf(context.terminal.env),
        signal: context.interrupt,
      }),
    );
    const document = { accessToken: value, expiresAt, scopes: granted };
    await context.output.show({ document, text: () => value });
    return EXIT.ok;
  },
});
