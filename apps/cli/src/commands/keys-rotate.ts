import { rotateKeys } from '@mintmark/admin-client';
import { changeKeys, keyChangeOptions, type KeyChangeOptions } from '../change-keys.ts';
import { defineVerb } from '../verb.ts';
import { shortKid } from '../views/timeline.ts';

interface Options extends KeyChangeOptions {
  readonly ring: string;
  readonly algorithm: string;
}

export const verb = defineVerb<Options>({
  describe: (command) =>
    keyChangeOptions(
      command
        .option(
          '--ring <ring>',
          'public: for service tokens; admin: for operator tokens; revocations: for what is revoked',
          'public',
        )
        .option('--algorithm <name>', 'the algorithm whose key is rotated', 'ES256'),
    ),
  examples: ['mintmark keys rotate --plan', 'mintmark keys rotate --yes'],
  explanation:
    'Keys rotate by themselves; this does it now. It is refused while a verifier may not hold the standby key yet, and\nsays from when on it is safe.',
  run: async (context, _, { ring, algorithm, ...options }) => {
    const shown = context.showCurl(rotateKeys({ ring, algorithm, plan: options.plan }));
    if (shown !== undefined) return shown;
    const change = {
      call: (plan: boolean) => rotateKeys({ ring, algorithm, plan }),
      question: `Rotate the ${ring} ${algorithm} key?`,
      done: ({ activeKid, retiredKid }: { activeKid: string | null; retiredKid: string | null }) =>
        `Key ${shortKid(activeKid)} signs now; ${shortKid(retiredKid)} verifies until its last token is dead.`,
    };
    return changeKeys(context, change, options);
  },
});
