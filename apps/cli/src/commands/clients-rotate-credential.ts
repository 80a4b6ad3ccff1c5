import { rotateCredential } from '@mintmark/admin-client';
import { parseDuration } from '../input/duration.ts';
import { EXIT } from '../output/exit-codes.ts';
import { instant } from '../output/instants.ts';
import { secretDestination } from '../output/secret-destination.ts';
import { defineVerb } from '../verb.ts';

interface Options {
  readonly expireOthersAfter?: number;
  readonly replace?: string;
  readonly to?: string;
  readonly plan?: true;
  readonly yes?: true;
}

export const verb = defineVerb<Options>({
  describe: (command) =>
    command
      .argument('<id>', 'the client')
      .option('--expire-others-after <duration>', 'how long its other secrets go on, such as 24h', parseDuration)
      .option('--replace <secret>', 'put it in place of this one, which got lost or is used no more')
      .option('--to <file>', 'write the secret to this new file (mode 0600) instead of the terminal')
      .option('--plan', 'say what would happen, and change nothing')
      .option('-y, --yes', 'do not ask'),
  examples: [
    'mintmark clients rotate-credential orders --to orders.secret',
    'mintmark clients rotate-credential orders --to orders.secret --expire-others-after 24h',
    'mintmark clients rotate-credential orders --to orders.secret --replace q3Yc0dV1TLe8bK2mXw5s_A',
  ],
  explanation:
    'Old and new overlap, so that a service can be moved without a failed call. mintmark clients show tells when each\nsecret was last used: once the old one is not, let it expire. At most two are alive at a time: another takes the place\nof the one that you name (--replace), which is refused at once.',
  run: async (context, [id = ''], { expireOthersAfter: seconds, replace, to, plan, yes }) => {
    const request = { expireOthersAfterSeconds: seconds, replaceSecretId: replace };
    const shown = context.showCurl(rotateCredential(id, { ...request, plan }));
    if (shown !== undefined) return shown;
    const { output } = context;
    if (plan || seconds !== undefined || replace !== undefined) {
      const planned = await context.ask(rotateCredential(id, { ...request, plan: true }), 'Planning');
      const others = planned.expiresOthersAt
        ? `the others expire at ${instant(planned.expiresOthersAt)}`
        : 'the others stay';
      const place = replace === undefined ? '' : ` in place of ${replace}, which is refused at once`;
      output.note(`Client ${id} gets a new secret${place}; ${others}.`);
      if (plan) await output.show({ document: planned, text: () => 'Planned only: nothing was changed.' });
      if (plan) return EXIT.ok;
      if (!(await context.confirm('Make it?', yes))) return EXIT.failed;
    }
    return secretDestination(context, to).receive(() => context.ask(rotateCredential(id, request), 'Making a secret'));
  },
});
