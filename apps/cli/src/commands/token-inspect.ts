import { EXIT, type ExitCode } from '../output/exit-codes.ts';
import { examine, type Examination } from '../token/examine.ts';
import { formatExamination } from '../token/format-examination.ts';
import { readKeySet } from '../token/key-set.ts';
import { readToken } from '../token/read-token.ts';
import { timeScaleOf } from '../session/time-scale.ts';
import { defineVerb } from '../verb.ts';

interface Options {
  readonly jwks?: string;
  readonly issuer?: string;
  readonly audience?: string;
}

export const verb = defineVerb<Options>({
  describe: (command) =>
    command
      .argument('[file]', 'file with the token (default: standard input)')
      .option('--jwks <file-or-url>', 'key set to check the signature with')
      .option('--issuer <url>', 'what iss must be')
      .option('--audience <audience>', 'what aud must be'),
  examples: [
    'mintmark token inspect < token.jwt',
    'mintmark token inspect token.jwt --jwks http://127.0.0.1:4000/.well-known/jwks.json --audience inventory',
  ],
  explanation:
    'Explains each check with ✓ or ✗, and with – what could not be checked. Never prints the signature. Exit code 0 if\nthe verifier would accept the token unless it is revoked, 4 if it would refuse it, 3 if that cannot be said without\nthe keys.',
  withoutCurl: 'it looks at the token on this machine',
  run: async (context, [file], { jwks, issuer, audience }) => {
    const token = await readToken(context.terminal, file);
    const keys = jwks === undefined ? undefined : await readKeySet(context.terminal, jwks);
    const { terminal } = context;
    const clock = { now: () => terminal.now() };
    const examination = await examine(token, { issuer, audience, keys, clock, timeScale: timeScaleOf(terminal.env) });
    await context.output.show({
      document: examination,
      verbatim: ['header', 'claims'],
      text: (style) => formatExamination(examination, style),
    });
    return exitCodeOf(examination);
  },
});

function exitCodeOf({ verdict }: Examination): ExitCode {
  switch (verdict) {
    case 'accepted':
      return EXIT.ok;
    case 'refused':
      return EXIT.denied;
    case 'undecided':
      return EXIT.warning;
  }
}
