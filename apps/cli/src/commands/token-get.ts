import { EXIT } from '../output/exit-codes.ts';
import { withProgress } from '../output/progress.ts';
import { DEFAULT_ISSUER } from '../session/credentials-file.ts';
import { getToken } from '../token/get-token.ts';
import { timeScaleOf } from '../session/time-scale.ts';
import { defineVerb } from '../verb.ts';

interface Options {
  readonly client: string;
  readonly secretFile: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly resource?: string;
  readonly scope?: readonly string[];
}

export const verb = defineVerb<Options>({
  describe: (command) =>
    command
      .requiredOption('--client <id>', 'the service to be')
      .requiredOption('--secret-file <file>', 'file with its secret')
      .option('--issuer <url>', `the issuer (default: the one logged in at, or else ${DEFAULT_ISSUER})`)
      .option('--audience <id>', 'the resource, by id')
      .option('--resource <uri>', 'the resource, by URI')
      .option('--scope <scope...>', 'wanted scopes (default: all that policy grants)'),
  examples: [
    'mintmark token get --client orders --secret-file orders.secret --audience inventory | mintmark token inspect',
  ],
  explanation:
    'Prints the token and nothing else on standard output: whoever holds it is that service until it expires.',
  run: async (context, _, { client: clientId, secretFile, audience, resource, scope: scopes, ...options }) => {
    const issuer = options.issuer ?? context.credentialsFile.issuer();
    if (context.asCurl) {
      context.output.write(
        curlForToken({ clientId, secretFile, issuer, form: { audience, resource, scope: scopes?.join(' ') } }),
      );
      return EXIT.ok;
    }
    const {
      value,
      expiresAt,
      scopes: granted,
    } = await withProgress(context.terminal, 'Asking for a token', () =>
      getToken({
        issuer,
        clientId,
        secretFile,
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

interface CurlFor {
  readonly clientId: string;
  readonly secretFile: string;
  readonly issuer: string;
  readonly form: Readonly<Record<string, string | undefined>>;
}

/** Both parts of Basic credentials are form-encoded (RFC 6749 §2.3.1); what we generate needs no encoding. */
function curlForToken({ clientId, secretFile, issuer, form }: CurlFor): string {
  const given = Object.entries({ grant_type: 'client_credentials', ...form }).filter(
    ([, value]) => value !== undefined,
  );
  const data = given.map(([name, value]) => `--data-urlencode ${quote(`${name}=${value}`)}`);
  return [
    `printf 'user = "%s:%s"\\n' ${quote(clientId)} "$(cat ${quote(secretFile)})" |`,
    `  curl -sS --config - ${data.join(' ')} ${quote(`${issuer}/oauth2/token`)}`,
  ].join(' \\\n');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
