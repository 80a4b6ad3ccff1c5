import { rotateKeys } from '@mintmark/admin-client';
import { changeKeys, keyChangeOptions, ringOptions, type KeyChangeOptions, type RingOptions } from '../change-keys.ts';
import { defineVerb } from '../verb.ts';
import { shortKid } from '../views/timeline.ts';

export const verb = defineVerb<KeyChangeOptions & RingOptions>({
  describe: (command) => keyChangeOptions(ringOptions(command, 'the algorithm whose key is rotated')),
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
