import { EXIT } from '../output/exit-codes.ts';
import { instant } from '../output/instants.ts';
import { printable } from '../output/printable.ts';
import { keySetUrl, readKeySet } from '../token/key-set.ts';
import { readToken } from '../token/read-token.ts';
import { timeScaleOf } from '../session/time-scale.ts';
import { verifyToken } from '../token/verify-token.ts';
import { defineVerb } from '../verb.ts';

interface Options {
  readonly audience: string;
  readonly issuer?: string;
  readonly jwks?: string;
  readonly scope?: readonly string[];
}

export const verb = defineVerb<Options>({
  describe: (command) =>
    command
      .argument('[file]', 'file with the token (default: standard input)')
      .requiredOption('--audience <audience>', 'what aud must be')
      .option('--issuer <url>', 'what iss must be (default: the issuer logged in at)')
      .option('--jwks <file-or-url>', "key set (default: the issuer's)")
      .option('--scope <scope...>', 'scopes the token must have'),
  examples: ['mintmark token verify --audience inventory --scope stock:read < token.jwt'],
  explanation:
    'The verdict of the verifier that resources run, but for what is revoked: nobody is asked that. Exit code 0: accepted;\n4: refused; 5: keys out of reach.',
  withoutCurl: 'it looks at the token on this machine',
  run: async (context, [file], { audience, issuer = context.credentialsFile.issuer(), jwks, scope: scopes = [] }) => {
    const { terminal, output } = context;
    const token = await readToken(terminal, file);
    const keys = await readKeySet(terminal, jwks ?? keySetUrl(issuer));
    const clock = { now: () => terminal.now() };
    const timeScale = timeScaleOf(terminal.env);
    const verdict = await verifyToken(token, { issuer, audience, keys, clock, timeScale, scopes });
    if (!verdict.ok) {
      await output.show({
        document: { ok: false, code: verdict.code },
        text: (style) => `${style.bad('✗')} refused: ${verdict.code}. Why: mintmark token inspect`,
      });
      return EXIT.denied;
    }
    const { clientId, scopes: granted, expiresAt, tokenId, issuer: by } = verdict.caller;
    const until = new Date(expiresAt * 1000);
    await output.show({
      document: { ok: true, clientId, issuer: by, audience, scopes: granted, tokenId, expiresAt: until },
      text: (style) =>
        `${style.good('✓')} accepted: ${printable(clientId)} may ${printable(granted.join(' '))} at ${printable(audience)} until ${instant(until)}`,
    });
    output.note('Whether it is revoked was not asked: see mintmark revoke list');
    return EXIT.ok;
  },
});
